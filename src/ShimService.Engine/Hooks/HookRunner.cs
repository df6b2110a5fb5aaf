using ShimService.Engine.Containers;
using ShimService.Engine.Reaping;
using ShimService.Engine.Stdio.Loop;
using ShimService.Linux;
using ShimService.Linux.Errors;
using ShimService.Linux.Launch;
using ShimService.Linux.Stdio;

namespace ShimService.Engine.Hooks;

/// <summary>
/// Runs one hook from its clone to its end. It is never held up by what it reads or writes, and never outlives its
/// limit or an abort: then it is killed with its whole process group. What a hook that succeeded leaves running is
/// meant to.
/// </summary>
internal sealed class HookRunner(StdioLoop loop, EngineOptions options)
{
    // What a timer takes is 49 days.
    private const int LongestTimeout = 4_000_000;

    /// <summary>
    /// Completes when the hook has succeeded. Errors: TaskException that names it; OperationCanceledException, after
    /// the hook is gone.
    /// </summary>
    /// <param name="point">The hook.</param>
    /// <param name="state">What it reads.</param>
    /// <param name="launch">Executes it; after an error nothing of it is left.</param>
    /// <param name="abort">Gives the hook up.</param>
    public async Task RunAsync(
        HookPoint point, ReadOnlyMemory<byte> state, Func<HookStreams, Task<HookProcess>> launch, CancellationToken abort)
    {
        abort.ThrowIfCancellationRequested();
        try
        {
            var ends = Descriptors.CreatePipe();
            await using var output = new HookOutput(loop, ends.Read);
            HookProcess process;
            using (ends.Write)
            using (var stdin = MemoryInput.Create(state.Span))
            {
                process = await launch(new HookStreams(stdin, ends.Write));
            }

            using (process.Process.PidFd)
            {
                await AwaitAsync(point, process, output, abort);
            }
        }
        catch (LaunchException exception)
        {
            throw HookErrors.NotRun(point, exception);
        }
        catch (KernelException exception)
        {
            throw HookErrors.NotRun(point, exception);
        }
    }

    private async Task AwaitAsync(HookPoint point, HookProcess process, HookOutput output, CancellationToken abort)
    {
        var limit = point.Hook.Timeout is { } seconds
            ? TimeSpan.FromSeconds(Math.Min(seconds, LongestTimeout))
            : options.HookLimit;
        ReapedExit exit;
        try
        {
            exit = await process.Exited.WaitAsync(limit, options.Time, abort);
        }
        catch (TimeoutException)
        {
            await EndAsync(process);
            throw HookErrors.TimedOut(point, limit, await output.FinishAsync());
        }
        catch (OperationCanceledException)
        {
            await EndAsync(process);
            throw;
        }

        if (exit.Status != 0)
        {
            _ = PidFds.KillGroup(process.Process.PidFd, process.Process.Pid);
            throw HookErrors.Failed(point, exit.Status, await output.FinishAsync());
        }
    }

    private static Task<ReapedExit> EndAsync(HookProcess process)
    {
        _ = PidFds.KillGroup(process.Process.PidFd, process.Process.Pid);
        return process.Exited;
    }
}
