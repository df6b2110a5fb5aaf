using Google.Protobuf.WellKnownTypes;

namespace ShimService.Shim.Handlers.Mapping;

/// <summary>Instants on the wire. Not Timestamp.FromDateTimeOffset: it goes by local helpers we do not need.</summary>
internal static class Times
{
    private const int NanosecondsPerTick = 100;

    /// <summary>
    /// What Go sends for a process that has not exited: clients compare with the zero time, which is year 1.
    /// </summary>
    public static Timestamp Never => new() { Seconds = -62_135_596_800 };

    public static Timestamp Of(DateTimeOffset at)
    {
        var ticks = at.UtcTicks - DateTimeOffset.UnixEpoch.UtcTicks;
        var seconds = Math.DivRem(ticks, TimeSpan.TicksPerSecond, out var rest);
        if (rest < 0)
        {
            seconds--;
            rest += TimeSpan.TicksPerSecond;
        }

        return new Timestamp { Seconds = seconds, Nanos = (int)rest * NanosecondsPerTick };
    }
}
