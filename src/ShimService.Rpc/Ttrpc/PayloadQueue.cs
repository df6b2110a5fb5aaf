namespace ShimService.Rpc.Ttrpc;

/// <summary>
/// The messages of one stream that have arrived and are not read yet, bounded in bytes. One adder (the connection's
/// receive loop), one taker; any thread may complete it.
/// </summary>
/// <param name="limit">Full at this many bytes. An empty queue takes any message.</param>
internal sealed class PayloadQueue(int limit)
{
    // What a waiting message costs besides its bytes: a flood of empty ones must fill the queue too.
    private const int Overhead = 64;

    private readonly Lock _lock = new();
    private readonly Queue<Payload> _waiting = new();
    private long _bytes;
    private bool _complete;
    private RpcException? _error;
    private TaskCompletionSource? _arrival;
    private TaskCompletionSource? _room;

    /// <summary>
    /// False: it is full, and the payload is still the caller's. After the end, payloads are dropped.
    /// </summary>
    public bool TryAdd(Payload payload)
    {
        lock (_lock)
        {
            if (_complete)
            {
                payload.Return();
                return true;
            }

            if (_bytes >= limit)
            {
                return false;
            }

            _waiting.Enqueue(payload);
            _bytes += payload.Length + Overhead;
            Signal(ref _arrival);
            return true;
        }
    }

    /// <summary>Completes when TryAdd will not say that it is full.</summary>
    public Task WaitForRoomAsync()
    {
        lock (_lock)
        {
            return _complete || _bytes < limit
                ? Task.CompletedTask
                : (_room ??= new(TaskCreationOptions.RunContinuationsAsynchronously)).Task;
        }
    }

    /// <summary>No more will come. What is waiting is still taken; then the taker sees the end, or the error.</summary>
    public void Complete(RpcException? error)
    {
        lock (_lock)
        {
            if (!_complete)
            {
                _complete = true;
                _error = error;
                Signal(ref _arrival);
                Signal(ref _room);
            }
        }
    }

    /// <summary>Nobody takes any more: gives the buffers back and drops what comes.</summary>
    public void Abandon()
    {
        Complete(null);
        lock (_lock)
        {
            while (_waiting.TryDequeue(out Payload payload))
            {
                payload.Return();
            }
        }
    }

    /// <summary>
    /// The next payload, the caller's to give back; null at the end. Errors: the one it was completed with.
    /// </summary>
    public async ValueTask<Payload?> TakeAsync(CancellationToken cancel)
    {
        while (true)
        {
            Task arrival;
            lock (_lock)
            {
                if (_waiting.TryDequeue(out Payload payload))
                {
                    _bytes -= payload.Length + Overhead;
                    if (_bytes < limit)
                    {
                        Signal(ref _room);
                    }

                    return payload;
                }

                if (_complete)
                {
                    return _error is null ? null : throw _error;
                }

                arrival = (_arrival ??= new(TaskCreationOptions.RunContinuationsAsynchronously)).Task;
            }

            await arrival.WaitAsync(cancel);
        }
    }

    private static void Signal(ref TaskCompletionSource? waiter)
    {
        waiter?.TrySetResult();
        waiter = null;
    }
}
