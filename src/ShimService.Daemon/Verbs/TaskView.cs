using ShimService.Daemon.Registry;
using ShimService.Daemon.Shims;

namespace ShimService.Daemon.Verbs;

/// <summary>Adds to a shim's answer what only shimd knows.</summary>
internal static class TaskView
{
    public static TaskMessage Complete(TaskMessage task, TaskEntry entry)
    {
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
