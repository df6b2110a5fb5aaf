namespace ShimService.Linux.Seccomp;

/// <summary>
/// A verdict for some system calls, when all conditions hold. Names no architecture knows are passed over: profiles
/// are written for kernels newer and older than the table.
/// </summary>
public sealed record SeccompRule(
    IReadOnlyList<string> Names, SeccompVerdict Verdict, IReadOnlyList<SeccompCondition> Conditions);
