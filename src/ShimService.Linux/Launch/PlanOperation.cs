using ShimService.Linux.Errors;

namespace ShimService.Linux.Launch;

/// <summary>One system call of a plan. Changed only by its builder before <see cref="PlanBuilder.Build"/>.</summary>
public sealed class PlanOperation
{
    internal PlanOperation(string step, string clause, SystemCall call, PlanArgument[] arguments)
    {
        Step = step;
        Clause = clause;
        Call = call;
        Arguments = arguments;
    }

    /// <summary>What it is for, as a failure message says it: "mount /proc".</summary>
    public string Step { get; }

    /// <summary>The clause that asks for it: "config-linux.md#default-filesystems".</summary>
    public string Clause { get; }

    public SystemCall Call { get; }

    internal PlanArgument[] Arguments { get; }

    /// <summary>Bit e: errno e counts as success.</summary>
    internal ulong Tolerated { get; set; }

    /// <summary>A clone: what is after it runs in the child, and the process that made it ends.</summary>
    internal bool HandsOver { get; set; }

    internal long Minimum { get; set; }

    internal string? Subject { get; set; }

    public string? Hint { get; internal set; }

    /// <summary>Its result gets a descriptor number of its own even when it is used once or never.</summary>
    internal Keeping Keeping { get; set; }

    /// <summary>Reported instead of EBADF, where EBADF only says that no candidate was found.</summary>
    internal Errno NoneFound { get; set; }
}
