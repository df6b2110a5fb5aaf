namespace ShimService.Rpc;

/// <summary>A call's time limit in the forms it is needed in.</summary>
internal static class CallTimeout
{
    // CancelAfter takes no longer ones; a caller that waits for weeks does not need a timer.
    private static readonly TimeSpan LongestTimer = TimeSpan.FromDays(40);

    /// <summary>
    /// Cancels when the time is up: at once where it already is, never where no timer can be so long.
    /// </summary>
    public static void Start(CancellationTokenSource cancel, TimeSpan timeout)
    {
        if (timeout <= TimeSpan.Zero)
        {
            cancel.Cancel();
        }
        else if (timeout <= LongestTimer)
        {
            cancel.CancelAfter(timeout);
        }
    }

    /// <summary>ttrpc's timeout_nano: 0 = no limit, so a limit that has already passed is one nanosecond.</summary>
    public static long ToNanoseconds(TimeSpan? timeout) => timeout switch
    {
        null => 0,
        { Ticks: <= 0 } => 1,
        { Ticks: var ticks } => ticks > long.MaxValue / TimeSpan.NanosecondsPerTick
            ? long.MaxValue
            : ticks * TimeSpan.NanosecondsPerTick,
    };

    /// <summary>The deadline, as late as the calendar goes.</summary>
    public static DateTimeOffset DeadlineAt(DateTimeOffset now, TimeSpan timeout) =>
        timeout > DateTimeOffset.MaxValue - now ? DateTimeOffset.MaxValue : now + timeout;
}
