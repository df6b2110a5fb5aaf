using ShimService.Tasks.Values;

namespace ShimService.Tasks.Views;

/// <summary>What start and delete answer: the pid, and how the process ended once it has.</summary>
public readonly record struct ProcessResult(Pid? Pid, ProcessExit? Exit);
