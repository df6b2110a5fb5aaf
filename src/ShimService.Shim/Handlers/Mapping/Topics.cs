using ShimService.Tasks.Events;

namespace ShimService.Shim.Handlers.Mapping;

/// <summary>Topics as containerd spells them. Source: containerd 2.1 core/runtime/events.go.</summary>
internal static class Topics
{
    public static string Name(TaskTopic topic) => topic switch
    {
        TaskTopic.Create => "/tasks/create",
        TaskTopic.Start => "/tasks/start",
        TaskTopic.Exit => "/tasks/exit",
        TaskTopic.Delete => "/tasks/delete",
        TaskTopic.ExecAdded => "/tasks/exec-added",
        TaskTopic.ExecStarted => "/tasks/exec-started",
        TaskTopic.Paused => "/tasks/paused",
        TaskTopic.Resumed => "/tasks/resumed",
        TaskTopic.OutOfMemory => "/tasks/oom",
        _ => throw new ArgumentOutOfRangeException(nameof(topic), topic, null),
    };
}
