namespace ShimService.Linux.Launch;

/// <summary>
/// Which launches may have a child that its owner does not know of yet. A reaper that finds a pid nobody knows waits
/// for those, and looks again. Thread-safe; one for the process, as its children are.
/// </summary>
internal static class LaunchesUnderWay
{
    private static readonly List<long> Open = [];
    private static long _last;

    public static long Enter()
    {
        lock (Open)
        {
            Open.Add(++_last);
            return _last;
        }
    }

    /// <summary>The child is known to its owner, or there is none.</summary>
    public static void Leave(long ticket)
    {
        lock (Open)
        {
            Open.Remove(ticket);
            Monitor.PulseAll(Open);
        }
    }

    /// <summary>Returns when every launch that was under way at the call has left.</summary>
    public static void AwaitPresent()
    {
        lock (Open)
        {
            var last = _last;
            while (Open.Count > 0 && Open[0] <= last)
            {
                Monitor.Wait(Open);
            }
        }
    }
}
