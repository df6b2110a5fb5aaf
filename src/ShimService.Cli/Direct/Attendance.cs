using ShimService.Cli.Attached;
using ShimService.Contracts.Containerd.Task.V3;
using ShimService.Rpc;

namespace ShimService.Cli.Direct;

/// <summary>We stay with a process from its start to its end: its signals are ours, and its terminal.</summary>
internal sealed class Attendance(DirectShim shim, string id, string execId)
{
    /// <param name="relay">Of a process with a terminal; else null.</param>
    /// <param name="start">Starts it; the relay has its terminal then.</param>
    /// <returns>Its exit status.</returns>
    public async Task<int> RunAsync(
        ConsoleRelay? relay, Func<CancellationToken, Task> start, CancellationToken cancel)
    {
        var process = new DirectProcess(shim, id, execId);
        var started = new TaskCompletionSource();

        // From now on: its caller may hear of the start before we do. What comes too early waits.
        await using var signals = new SignalForwarder(relay is not null, async signal =>
        {
            await started.Task;
            if (signal == SignalForwarder.WindowChanged)
            {
                relay!.Resize();
                return;
            }

            await process.KillAsync(signal, cancel);
        });
        try
        {
            await start(cancel);
        }
        finally
        {
            started.SetResult();
        }

        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancel, signals.Left);
        try
        {
            var wait = new WaitRequest { Id = id, ExecId = execId };
            WaitResponse exit = await shim.TaskAsync("Wait", wait, WaitResponse.Parser, either.Token);
            relay?.Finish();
            return (int)exit.ExitStatus;
        }
        catch (Exception error) when (signals.Left.IsCancellationRequested
            && error is OperationCanceledException or RpcException)
        {
            throw signals.Departure;
        }
    }
}
