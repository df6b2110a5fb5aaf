using ShimService.Rpc;
using ShimService.Tasks.Events;

namespace ShimService.Shim.Forward;

/// <summary>Who takes events, one at a time.</summary>
internal interface IEventReceiver
{
    /// <summary>Returns when it has been taken. Errors: <see cref="RpcException"/>.</summary>
    Task SendAsync(TaskEvent happened, CancellationToken cancel);
}
