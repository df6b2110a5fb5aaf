namespace ShimService.Linux.Errors;

/// <summary>
/// A system call the kernel refused: which call, on what, with which error number. Translated to the domain's
/// exception in one place, at the engine's border; expected refusals are return values and never get here.
/// </summary>
public sealed class KernelException : Exception
{
    public KernelException(string call, Errno errno, string subject, string? hint = null)
        : base(hint is null ? $"{call} {subject}: {errno}" : $"{call} {subject}: {errno} — {hint}")
    {
        Call = call;
        Errno = errno;
        Subject = subject;
        Hint = hint;
    }

    /// <summary>The call by the kernel's name, or what was done in a word or two ("write", "mkdirat").</summary>
    public string Call { get; }

    public Errno Errno { get; }

    /// <summary>The path, the name or the value the call was about.</summary>
    public string Subject { get; }

    /// <summary>What to do about it; null where only the kernel knows.</summary>
    public string? Hint { get; }
}
