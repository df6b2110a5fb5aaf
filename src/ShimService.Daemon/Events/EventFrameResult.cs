namespace ShimService.Daemon.Events;

internal enum EventFrameResult
{
    Whole,

    /// <summary>The bytes end before the frame does: a torn tail, or more is to be read.</summary>
    Incomplete,

    Damaged,
}
