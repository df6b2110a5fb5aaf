using ShimService.Rpc;

namespace ShimService.Daemon.Services;

/// <summary>Ends open calls when shimd stops, with an answer that says so.</summary>
internal sealed class StopSignal(CancellationToken stopping)
{
    /// <summary>Runs work that may last, until its caller leaves or shimd stops.</summary>
    public async Task RunAsync(RpcContext context, Func<CancellationToken, Task> work)
    {
        using var either = CancellationTokenSource.CreateLinkedTokenSource(stopping, context.Cancellation);
        try
        {
            await work(either.Token);
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            throw RpcException.Unavailable("shimd is stopping; containers run on, ask the next one");
        }
    }
}
