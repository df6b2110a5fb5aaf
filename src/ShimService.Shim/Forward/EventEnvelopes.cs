using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using ShimService.Contracts.Containerd.Events;
using ShimService.Contracts.Containerd.Services.Events;
using ShimService.Contracts.Containerd.Types;
using ShimService.Shim.Handlers.Mapping;
using ShimService.Tasks.Events;

namespace ShimService.Shim.Forward;

/// <summary>
/// Journal entries as containerd's messages. Pure. Source: containerd 2.1 api/events, core/runtime/events.go.
/// </summary>
internal static class EventEnvelopes
{
    private const string Package = "containerd.events.";

    public static Envelope Of(TaskEvent happened, string containerdNamespace) => new()
    {
        Timestamp = Times.Of(happened.At),
        Namespace = containerdNamespace,
        Topic = Topics.Name(happened.Topic),
        Event = Message(happened),
    };

    private static Any Message(TaskEvent happened)
    {
        var container = happened.Container.Value;
        var exec = happened.Exec?.Value ?? "";
        var pid = (uint)(happened.Pid?.Value ?? 0);
        return happened.Topic switch
        {
            TaskTopic.Create => Pack("TaskCreate", Create(happened, pid)),
            TaskTopic.Start => Pack("TaskStart", new TaskStart { ContainerId = container, Pid = pid }),
            TaskTopic.Exit => Pack("TaskExit", new TaskExit
            {
                ContainerId = container,
                Id = exec.Length > 0 ? exec : container,
                Pid = pid,
                ExitStatus = (uint)(happened.Exit?.Status ?? 0),
                ExitedAt = Times.Of(happened.Exit?.At ?? happened.At),
            }),
            TaskTopic.Delete => Pack("TaskDelete", new TaskDelete
            {
                ContainerId = container,
                Id = exec,
                Pid = pid,
                ExitStatus = (uint)(happened.Exit?.Status ?? 0),
                ExitedAt = Times.Of(happened.Exit?.At ?? happened.At),
            }),
            TaskTopic.ExecAdded => Pack("TaskExecAdded", new TaskExecAdded { ContainerId = container, ExecId = exec }),
            TaskTopic.ExecStarted => Pack(
                "TaskExecStarted", new TaskExecStarted { ContainerId = container, ExecId = exec, Pid = pid }),
            TaskTopic.Paused => Pack("TaskPaused", new TaskPaused { ContainerId = container }),
            TaskTopic.Resumed => Pack("TaskResumed", new TaskResumed { ContainerId = container }),
            TaskTopic.OutOfMemory => Pack("TaskOOM", new TaskOOM { ContainerId = container }),
            _ => throw new ArgumentOutOfRangeException(nameof(happened), happened.Topic, null),
        };
    }

    private static TaskCreate Create(TaskEvent happened, uint pid)
    {
        var message = new TaskCreate
        {
            ContainerId = happened.Container.Value,
            Bundle = happened.Bundle ?? "",
            Pid = pid,
            Io = new TaskIO
            {
                Stdin = happened.Stdio?.Stdin ?? "",
                Stdout = happened.Stdio?.Stdout ?? "",
                Stderr = happened.Stdio?.Stderr ?? "",
                Terminal = happened.Stdio?.Terminal ?? false,
            },
        };
        foreach (var mount in happened.Rootfs)
        {
            var wire = new Mount { Type = mount.Type, Source = mount.Source, Target = mount.Target };
            wire.Options.Add(mount.Options);
            message.Rootfs.Add(wire);
        }

        return message;
    }

    // Not Any.Pack: it asks the message for its descriptor. containerd wants the bare name.
    private static Any Pack(string name, IMessage message) =>
        new() { TypeUrl = Package + name, Value = message.ToByteString() };
}
