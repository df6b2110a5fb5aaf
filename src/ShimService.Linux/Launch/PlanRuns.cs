namespace ShimService.Linux.Launch;

/// <summary>Who runs a plan.</summary>
public enum PlanRuns
{
    /// <summary>The process that executes the program.</summary>
    InOneProcess,

    /// <summary>
    /// A helper, and from <see cref="PlanBuilder.HandOver"/> on the process that executes the program.
    /// </summary>
    InTwoProcesses,
}
