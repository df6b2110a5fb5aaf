namespace ShimService.Daemon;

/// <summary>Everything shimd logs; ids are stable. Never env, args or annotations.</summary>
internal static partial class Log
{
    [LoggerMessage(1, LogLevel.Information, "shimd {Version} serves {Socket}; state {State}, root {Root}, shim {Shim}")]
    public static partial void Serving(
        this ILogger logger, string version, string socket, string state, string root, string shim);

    [LoggerMessage(2, LogLevel.Information, "Stopping; containers run on")]
    public static partial void Stopping(this ILogger logger);

    [LoggerMessage(3, LogLevel.Information, "Found {Tasks} tasks and {Shims} shims of an earlier run")]
    public static partial void Recovered(this ILogger logger, int tasks, int shims);

    [LoggerMessage(4, LogLevel.Warning, "Refused a connection of uid {Uid} (pid {Pid}): only root and this user may")]
    public static partial void PeerRefused(this ILogger logger, uint uid, int pid);

    [LoggerMessage(5, LogLevel.Warning, "Cut {Bytes} torn bytes off the event log")]
    public static partial void EventLogCut(this ILogger logger, long bytes);

    [LoggerMessage(6, LogLevel.Error, "{Service}/{Method} failed in an unexpected way")]
    public static partial void HandlerFailed(this ILogger logger, Exception error, string service, string method);

    [LoggerMessage(10, LogLevel.Debug, "Shim {Shim} started, pid {Pid}")]
    public static partial void ShimStarted(this ILogger logger, string shim, int pid);

    [LoggerMessage(11, LogLevel.Error, "A shim did not start: {Why}")]
    public static partial void ShimStartFailed(this ILogger logger, string why);

    [LoggerMessage(12, LogLevel.Warning, "Shim {Shim} (pid {Pid}) died; cleaning up its tasks")]
    public static partial void ShimDied(this ILogger logger, string shim, int pid);

    [LoggerMessage(13, LogLevel.Error, "The loop of shim {Shim} failed")]
    public static partial void ShimLoopFailed(this ILogger logger, Exception error, string shim);

    [LoggerMessage(14, LogLevel.Information, "Reconnected to shim {Shim}")]
    public static partial void ShimReconnected(this ILogger logger, string shim);

    [LoggerMessage(15, LogLevel.Debug, "Shim {Shim} ended: it held no task")]
    public static partial void ShimRetired(this ILogger logger, string shim);

    [LoggerMessage(16, LogLevel.Warning, "Shim {Shim} did not shut down, killing it")]
    public static partial void ShimRetiredHard(this ILogger logger, Exception error, string shim);

    [LoggerMessage(33, LogLevel.Warning, "Shim {Shim} was told to shut down and stays: it has tasks, or does not answer")]
    public static partial void ShimStays(this ILogger logger, string shim);

    [LoggerMessage(17, LogLevel.Warning, "Shim {Shim} of an earlier run does not answer")]
    public static partial void ShimDoesNotAnswer(this ILogger logger, Exception error, string shim);

    [LoggerMessage(20, LogLevel.Warning, "The events of shim {Shim} are interrupted, resuming")]
    public static partial void EventsInterrupted(this ILogger logger, Exception error, string shim);

    [LoggerMessage(21, LogLevel.Warning, "Shim {Shim} did not take an acknowledgement; the next one covers it")]
    public static partial void AcknowledgeFailed(this ILogger logger, Exception error, string shim);

    [LoggerMessage(22, LogLevel.Error, "The event log could not be brought to the disk, trying again")]
    public static partial void FlushFailed(this ILogger logger, Exception error);

    [LoggerMessage(23, LogLevel.Error, "An event of task {ContainerId} could not be written")]
    public static partial void EventNotWritten(this ILogger logger, Exception error, string containerId);

    [LoggerMessage(30, LogLevel.Error, "Cleaning up task {ContainerId} of a dead shim failed; something may be left")]
    public static partial void CleanUpFailed(this ILogger logger, Exception error, string containerId);

    [LoggerMessage(31, LogLevel.Warning, "Task {ContainerId} ended with its shim, exit status {Status}")]
    public static partial void TaskEndedWithItsShim(this ILogger logger, string containerId, uint status);

    [LoggerMessage(40, LogLevel.Error, "Networks of container {ContainerId}: something is left, and removed by the next start")]
    public static partial void NetworkLeft(this ILogger logger, Exception error, string containerId);

    [LoggerMessage(41, LogLevel.Warning, "Networks of container \"{ContainerId}\" of an earlier run")]
    public static partial void NetworkNotRecovered(this ILogger logger, Exception error, string containerId);

    [LoggerMessage(33, LogLevel.Warning, "Task {ContainerId} has exited and could not be deleted; delete it")]
    public static partial void AutoRemoveFailed(this ILogger logger, Exception error, string containerId);

    [LoggerMessage(32, LogLevel.Warning, "Undoing task {ContainerId} in shim {Shim} failed")]
    public static partial void UndoFailed(this ILogger logger, Exception error, string containerId, string shim);
}
