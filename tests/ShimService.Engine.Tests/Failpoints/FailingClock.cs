using ShimService.Linux.Errors;

namespace ShimService.Engine.Tests.Failpoints;

/// <summary>
/// The engine's clock, which a launch looks at after each part that it does itself. Fails once, at the look that is
/// asked for: what the shim had made by then is there, what comes after is not.
/// </summary>
internal sealed class FailingClock : TimeProvider
{
    private int _left = int.MaxValue;

    public int Looks { get; private set; }

    /// <summary>Counts from here on.</summary>
    public void FailAt(int look)
    {
        _left = look;
        Looks = 0;
    }

    public override long GetTimestamp()
    {
        Looks++;
        return --_left == 0 ? throw new KernelException("clock_gettime", Errno.EIO, "failpoint") : base.GetTimestamp();
    }
}
