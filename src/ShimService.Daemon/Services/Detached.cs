using ShimService.Rpc;

namespace ShimService.Daemon.Services;

/// <summary>
/// Requests that change something are not undone by a caller who gives up: it stops waiting, the work goes on.
/// </summary>
internal static class Detached
{
    public static async Task<T> WaitAsync<T>(Task<T> work, RpcContext context)
    {
        try
        {
            return await work.WaitAsync(context.Cancellation);
        }
        catch (OperationCanceledException) when (!work.IsCompleted)
        {
            _ = work.ContinueWith(
                static done => done.Exception, CancellationToken.None,
                TaskContinuationOptions.OnlyOnFaulted | TaskContinuationOptions.ExecuteSynchronously,
                TaskScheduler.Default);
            throw;
        }
    }
}
