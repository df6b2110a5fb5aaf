using ShimService.Engine.Launching;
using ShimService.Engine.Reaping;
using ShimService.Engine.Stdio.Loggers;
using ShimService.Engine.Stdio.Loop;
using ShimService.Engine.Stdio.Open;
using ShimService.Linux.Launch;
using ShimService.Tasks.Errors;
using ShimService.Tasks.Ports;

namespace ShimService.Engine.Stdio;

/// <summary>
/// The stdio of all containers of this process: one I/O thread, started by the first stream. Any thread.
/// </summary>
public sealed class StdioService : IDisposable
{
    private readonly StdioLoop _loop;
    private readonly StdioOptions _options;
    private readonly LoggerOpener _loggers;

    /// <param name="options">Limits.</param>
    /// <param name="launcher">Starts loggers; their exits come from this process's one reaper.</param>
    public StdioService(StdioOptions options, Launcher launcher)
    {
        _options = options;
        _loop = new StdioLoop(exception => options.OnWarning($"a stream was given up: {exception.Message}"));
        _loggers = new LoggerOpener(_loop, new HostStarter(launcher, Reaper.Shared), options);
    }

    /// <summary>Watches descriptors for whoever else of the engine has to wait for some.</summary>
    internal StdioLoop Loop => _loop;

    /// <summary>
    /// Opens what the request names and makes the child's ends. Waits for the reader of an output fifo, at most
    /// <see cref="StdioOptions.FifoOpenLimit"/>, or for a logger to be ready; never blocks a thread. On failure nothing stays open.
    /// Errors: <see cref="TaskException"/> with the field; OperationCanceledException.
    /// </summary>
    public async Task<ProcessStdio> PrepareAsync(StdioRequest request, StdioSettings settings, CancellationToken cancel)
    {
        var parts = new StdioParts();
        try
        {
            await new StdioOpener(request, settings, _options, _loggers, parts).OpenAsync(cancel);
            return new ProcessStdio(_loop, parts, request.Terminal, _options);
        }
        catch
        {
            parts.Dispose();
            if (parts.Logger is { } logger)
            {
                await logger.EndAsync();
            }

            throw;
        }
    }

    /// <summary>Ends the thread. Close the stdio of every process first.</summary>
    public void Dispose() => _loop.Dispose();
}
