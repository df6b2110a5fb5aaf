using ShimService.Daemon.Registry;
using ShimService.Daemon.Shims;
using ShimService.Daemon.Verbs.Networks;
using ShimService.Network;

namespace ShimService.Daemon.Verbs;

/// <summary>Adds to a shim's answer what only shimd knows.</summary>
internal static class TaskView
{
    public static TaskMessage Complete(TaskMessage task, TaskEntry entry, NetworkManager networks)
    {
        if (networks.Find(entry.Id) is { } container)
        {
            task.Networks.Add(container.Endpoints.Select(endpoint => NetworkMapping.Map(entry.Id, endpoint)));
            task.Ports.Add(container.Ports.Select(NetworkMapping.Map));
        }

        if (entry.Record is { } record)
        {
            task.Group = new GroupKey(record.Group).Display;
            task.Labels.Clear();
            foreach (var (name, value) in record.Labels)
            {
                task.Labels[name] = value;
            }

            task.Terminal = record.Terminal;
            if (task.Bundle.Length == 0)
            {
                task.Bundle = record.Bundle;
            }
        }

        task.ShimPid = entry.Ended.IsCompleted ? 0 : (uint)(entry.Shim?.Process.Pid ?? 0);
        return task;
    }
}
