namespace ShimService.Oci.Model;

/// <summary>How a process is scheduled. Source: OCI runtime-spec 1.3.0 config.md#linux-process, scheduler.</summary>
public sealed record ProcessScheduler(SchedulerPolicy Policy)
{
    /// <summary>−20 to 19, with <see cref="SchedulerPolicy.Other"/> and <see cref="SchedulerPolicy.Batch"/>.</summary>
    public int Nice { get; init; }

    /// <summary>
    /// 1 to 99, with <see cref="SchedulerPolicy.Fifo"/> and <see cref="SchedulerPolicy.RoundRobin"/>.
    /// </summary>
    public int Priority { get; init; }

    public SchedulerFlags Flags { get; init; }

    /// <summary>Nanoseconds, with <see cref="SchedulerPolicy.Deadline"/>.</summary>
    public ulong Runtime { get; init; }

    /// <inheritdoc cref="Runtime"/>
    public ulong Deadline { get; init; }

    /// <inheritdoc cref="Runtime"/>
    public ulong Period { get; init; }
}
