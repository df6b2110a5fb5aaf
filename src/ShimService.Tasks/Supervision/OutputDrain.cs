using ShimService.Tasks.Ports;

namespace ShimService.Tasks.Supervision;

/// <summary>
/// How long a delete waits for output to reach its readers.
/// <code>
///   exit ──▶ all delivered?            yes: at once
///        ──▶ its readers have gone?         yes: at once
///        ──▶ DrainIdle after the exit: bytes still wait for a slow reader? yes: until Drain after the delete
///                                      no: a child keeps the stream open and says nothing: not waited for
/// </code>
/// Below the ten seconds CRI gives a delete, so that one never starves behind a reader that has gone.
/// </summary>
internal static class OutputDrain
{
    private static readonly TimeSpan Step = TimeSpan.FromMilliseconds(100);

    /// <summary>Completes when the output is out, or will not get out in time. Never faults.</summary>
    public static async Task WaitAsync(
        IProcessStdio stdio, DateTimeOffset? exitedAt, TaskOptions options, TimeProvider time)
    {
        var drained = stdio.Drained;
        if (drained.IsCompleted)
        {
            return;
        }

        var asked = time.GetTimestamp();
        var sinceExit = exitedAt is { } exit ? time.GetUtcNow() - exit : TimeSpan.Zero;
        var idle = TimeSpan.FromTicks(
            Math.Clamp(options.DrainIdle.Ticks - sinceExit.Ticks, 0, options.DrainIdle.Ticks));
        if (await stdio.IsForsakenAsync() || await CompletesAsync(drained, idle, time))
        {
            return;
        }

        while (stdio.IsPending && time.GetElapsedTime(asked) < options.Drain)
        {
            if (await CompletesAsync(drained, Step, time) || await stdio.IsForsakenAsync())
            {
                return;
            }
        }
    }

    private static async Task<bool> CompletesAsync(Task task, TimeSpan limit, TimeProvider time)
    {
        try
        {
            await task.WaitAsync(limit, time);
            return true;
        }
        catch (TimeoutException)
        {
            return false;
        }
    }
}
