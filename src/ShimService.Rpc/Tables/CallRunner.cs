namespace ShimService.Rpc;

/// <summary>The RPC edge: runs a handler and turns whatever happens into how the call ends.</summary>
public static class CallRunner
{
    /// <summary>
    /// Never throws. Null: the call went well. A call past its deadline ends there and then, whatever its handler
    /// still does.
    /// </summary>
    /// <param name="unexpected">Told of what is not an RpcException and not a cancellation; log it there.</param>
    public static async Task<RpcException?> RunAsync(
        RpcMethod method,
        IServerCall call,
        RpcContext context,
        Action<RpcContext, Exception>? unexpected = null)
    {
        try
        {
            context.Cancellation.ThrowIfCancellationRequested();
            Task run = method.RunAsync(call, context);
            await (context.Deadline is null || run.IsCompleted ? run : EndAtDeadlineAsync(run, context, unexpected));
            return null;
        }
        catch (RpcException error)
        {
            return error;
        }
        catch (OperationCanceledException error) when (
            context.Cancellation.IsCancellationRequested || error.CancellationToken == context.Cancellation)
        {
            // The second: a write found the call ended a moment before its token said so.
            return call.CallerGone
                ? RpcException.Canceled($"{context.Service}/{context.Method}: the caller has gone")
                : RpcException.DeadlineExceeded($"{context.Service}/{context.Method}: the deadline has passed");
        }
        catch (Exception error)
        {
            unexpected?.Invoke(context, error);
            return RpcException.Internal(
                $"{context.Service}/{context.Method}: {error.GetType().Name}: {error.Message}", error);
        }
    }

    private static async Task EndAtDeadlineAsync(
        Task run, RpcContext context, Action<RpcContext, Exception>? unexpected)
    {
        try
        {
            await run.WaitAsync(context.Cancellation);
        }
        catch (OperationCanceledException) when (!run.IsCompleted)
        {
            _ = ObserveAsync(run, context, unexpected);
            throw;
        }
    }

    // The answer has gone out; what the handler still says matters only if it is a defect.
    private static async Task ObserveAsync(Task run, RpcContext context, Action<RpcContext, Exception>? unexpected)
    {
        try
        {
            await run;
        }
        catch (Exception error) when (error is RpcException or OperationCanceledException)
        {
        }
        catch (Exception error)
        {
            unexpected?.Invoke(context, error);
        }
    }
}
