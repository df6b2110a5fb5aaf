using ShimService.Linux.Errors;

namespace ShimService.Linux.Launch;

/// <summary>The step of a launch that did not succeed.</summary>
/// <param name="Step">The plan's name of it: "mount /proc".</param>
/// <param name="Clause">The clause of the spec behind the step.</param>
/// <param name="Call">The system call by name.</param>
/// <param name="Errno">The kernel's answer; None when the process was killed in this step instead.</param>
/// <param name="Subject">What it was about, for people; may be empty.</param>
/// <param name="Hint">What to do about it; null when nothing better than the errno is known.</param>
public sealed record LaunchFailure(
    string Step,
    string Clause,
    string Call,
    Errno Errno,
    string Subject,
    string? Hint)
{
    /// <summary>"mount proc on /proc: EPERM — …".</summary>
    public override string ToString()
    {
        var what = Errno == Errno.None ? "the process was killed in this step" : Errno.ToString();
        var subject = Subject.Length == 0 || Step.Contains(Subject, StringComparison.Ordinal) ? "" : $" ({Subject})";
        return Hint is null ? $"{Step}{subject}: {what}" : $"{Step}{subject}: {what} — {Hint}";
    }
}
