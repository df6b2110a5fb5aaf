namespace ShimService.Linux.Launch;

/// <summary>What a launcher puts before a plan: the same for every plan, different for every launch.</summary>
internal ref struct PlanPrologue
{
    /// <summary>Address ranges the child unmaps first, so that nothing but the launch's own memory is left.</summary>
    public ReadOnlySpan<MemoryRange> Cleared { get; init; }

    /// <summary>This process's descriptors for the child's 0, 1, 2, 3, …; the last one is the sync socket.</summary>
    public ReadOnlySpan<int> Descriptors { get; init; }

    /// <summary>Bit n - 1: signal n is ignored here and goes back to its default in the child.</summary>
    public ulong IgnoredSignals { get; init; }

    /// <summary>What <see cref="PlanArgument.ChildPid"/> stands for; 0 where the plan is not handed over.</summary>
    public nint ChildPid { get; init; }

    /// <summary>The child dies with the thread that launches it.</summary>
    public ParentDeath ParentDeath { get; init; }
}
