namespace ShimService.Tasks.Lifecycle;

/// <summary>Everything <see cref="TaskLifecycle"/> looks at.</summary>
public readonly record struct TaskState(TaskPhase Phase, TaskWork Work)
{
    /// <summary>A task whose create has just been handed to the engine.</summary>
    public static readonly TaskState Initial = new(TaskPhase.Creating, TaskWork.Create);

    /// <summary>The kernel ends everything in the container with init.</summary>
    public bool HasPrivatePidNamespace { get; init; }

    /// <summary>Init has been reaped; its exit is held back until it may be told.</summary>
    public bool Exited { get; init; }

    /// <summary>Execs that were launched and have not been seen to exit.</summary>
    public int LiveExecs { get; init; }

    /// <summary>Execs had their time to exit after init did.</summary>
    public bool GraceOver { get; init; }

    /// <summary>Somebody sent SIGKILL.</summary>
    public bool KillSent { get; init; }

    /// <summary>Somebody waits for the task to be gone.</summary>
    public bool DeleteWanted { get; init; }

    /// <summary>The engine has already removed what it made.</summary>
    public bool Removed { get; init; }

    public bool IsBusy => Work != TaskWork.None;

    /// <summary>The state in the words of an answer. An exit that is held back does not show yet.</summary>
    public ProcessStatus Status => Phase switch
    {
        TaskPhase.Creating => ProcessStatus.Creating,
        TaskPhase.Created => ProcessStatus.Created,
        TaskPhase.Running => Work == TaskWork.Pause ? ProcessStatus.Pausing : ProcessStatus.Running,
        TaskPhase.Paused => ProcessStatus.Paused,
        TaskPhase.Stopped => ProcessStatus.Stopped,
        TaskPhase.Deleted => ProcessStatus.Deleted,
        _ => throw new ArgumentOutOfRangeException(nameof(Phase), Phase, null),
    };

    /// <summary>The state a refusal names: here a held exit counts, since it is why.</summary>
    public ProcessStatus StatusOfRefusal => Exited && Phase < TaskPhase.Stopped ? ProcessStatus.Stopped : Status;
}
