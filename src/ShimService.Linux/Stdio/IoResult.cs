using ShimService.Linux.Errors;

namespace ShimService.Linux.Stdio;

/// <summary>
/// What one transfer did: bytes moved, or why none. Refusals are values here because most of them are ordinary
/// (EAGAIN, EPIPE, a terminal's EIO) and happen on the hot path.
/// </summary>
public readonly record struct IoResult(int Count, Errno Errno)
{
    public bool Succeeded => Errno == Errno.None;

    /// <summary>Nothing to move right now; wait and try again.</summary>
    public bool WouldBlock => Errno == Errno.EAGAIN;

    internal static IoResult From(nint count, Errno lastError) =>
        count >= 0 ? new IoResult((int)count, Errno.None) : new IoResult(0, lastError);
}
