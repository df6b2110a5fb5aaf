using ShimService.Linux;
using ShimService.Linux.Errors;
using ShimService.Linux.Stdio;

namespace ShimService.Engine.Stdio.Loop;

/// <summary>Waits once for a descriptor, without a thread of its own. The descriptor stays open meanwhile.</summary>
internal sealed class OneReadiness : IWatcher
{
    private readonly TaskCompletionSource _ready = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private Watch? _watch;

    /// <summary>Completes when the descriptor is ready, or cancelled. Any thread. Errors: KernelException.</summary>
    public static async Task WaitAsync(
        StdioLoop loop, FileDescriptor descriptor, Readiness readiness, CancellationToken cancel)
    {
        var waiter = new OneReadiness();
        loop.Post(() => waiter.Arm(loop, descriptor, readiness));
        try
        {
            await waiter._ready.Task.WaitAsync(cancel);
        }
        finally
        {
            await loop.PostAsync(() => waiter._watch?.Dispose());
        }
    }

    public void OnReady() => _ready.TrySetResult();

    private void Arm(StdioLoop loop, FileDescriptor descriptor, Readiness readiness)
    {
        try
        {
            _watch = loop.Watch(descriptor, this);
            _watch.Arm(readiness);
        }
        catch (KernelException refused)
        {
            _ready.TrySetException(refused);
        }
    }
}
