using ShimService.Engine.Stdio.Sinks;

namespace ShimService.Engine.Stdio.Pumps;

/// <summary>
/// What a stream's reader has still to take of that which had been written when this was made; what comes later, from
/// a child that holds the stream, does not count. Stdio thread only.
/// </summary>
internal sealed class ReaderDebt(Pump pump, FifoSink fifo, bool untilEnd)
{
    private readonly long _due = pump.Delivered + pump.Undelivered;

    /// <summary>How many bytes were read so far, or dropped where that was chosen.</summary>
    public long Taken => pump.Delivered - fifo.Unread;

    /// <summary>
    /// Bytes are left and there is somebody to take them. A terminal does not tell how many it holds: it ends when it
    /// is empty.
    /// </summary>
    public bool IsOwed => (Taken < _due || (untilEnd && !pump.IsDone)) && fifo.HasOtherReader();
}
