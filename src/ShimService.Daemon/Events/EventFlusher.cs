namespace ShimService.Daemon.Events;

/// <summary>
/// Brings the event log to the disk at most once per second, and only when it grew; drops what is past its age.
/// </summary>
internal sealed class EventFlusher(EventLog log, TimeProvider time, ILogger<EventFlusher> logger)
{
    private static readonly TimeSpan Group = TimeSpan.FromSeconds(1);

    public async Task RunAsync(CancellationToken stop)
    {
        var flushed = log.Newest;
        try
        {
            while (true)
            {
                await log.WaitBeyondAsync(flushed, stop);
                await Task.Delay(Group, time, stop);
                flushed = FlushOnce(flushed);
            }
        }
        catch (OperationCanceledException)
        {
            FlushOnce(flushed);
        }
    }

    private ulong FlushOnce(ulong flushed)
    {
        var newest = log.Newest;
        try
        {
            log.Flush();
            log.Trim();
            return newest;
        }
        catch (IOException error)
        {
            logger.FlushFailed(error);
            return flushed;
        }
    }
}
