namespace ShimService.Tasks.Events;

/// <summary>What happened. The RPC edge spells them /tasks/create, /tasks/exec-added, …</summary>
public enum TaskTopic
{
    Create,
    Start,
    Exit,
    Delete,
    ExecAdded,
    ExecStarted,
    Paused,
    Resumed,
    OutOfMemory,
}
