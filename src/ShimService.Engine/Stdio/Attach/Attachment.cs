using System.Runtime.CompilerServices;
using ShimService.Tasks.Ports;

namespace ShimService.Engine.Stdio.Attach;

/// <summary>
/// One attached reader: a bounded queue between the stdio thread and the reader. When it is full the oldest chunks
/// go, so a slow reader costs a fixed amount of memory and never the container's time.
/// </summary>
internal sealed class Attachment : IStdioAttachment
{
    private readonly Lock _gate = new();
    private readonly Queue<StdioChunk> _chunks = new();
    private readonly Action<Attachment> _leave;
    private readonly int _capacity;
    private TaskCompletionSource? _arrival;
    private int _queued;
    private bool _ended;

    public Attachment(long logBytes, int capacity, Action<Attachment> leave)
    {
        LogBytes = logBytes;
        _capacity = capacity;
        _leave = leave;
    }

    public long LogBytes { get; }

    /// <summary>Bytes this reader lost because it was slow.</summary>
    public long LostBytes { get; private set; }

    public async IAsyncEnumerable<StdioChunk> ReadAllAsync([EnumeratorCancellation] CancellationToken cancel)
    {
        while (true)
        {
            StdioChunk? chunk;
            Task arrival;
            lock (_gate)
            {
                if (_chunks.TryDequeue(out chunk))
                {
                    _queued -= chunk.Data.Length;
                    arrival = Task.CompletedTask;
                }
                else if (_ended)
                {
                    yield break;
                }
                else
                {
                    _arrival ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
                    arrival = _arrival.Task;
                }
            }

            if (chunk is null)
            {
                await arrival.WaitAsync(cancel);
            }
            else
            {
                yield return chunk;
            }
        }
    }

    /// <summary>Queues a chunk. Stdio thread.</summary>
    public void Offer(StdioChunk chunk)
    {
        TaskCompletionSource? arrival;
        lock (_gate)
        {
            if (_ended)
            {
                return;
            }

            _chunks.Enqueue(chunk);
            _queued += chunk.Data.Length;
            while (_queued > _capacity && _chunks.Count > 1)
            {
                var oldest = _chunks.Dequeue();
                _queued -= oldest.Data.Length;
                LostBytes += oldest.Data.Length;
            }

            arrival = TakeArrival();
        }

        arrival?.SetResult();
    }

    /// <summary>Nothing will follow; what is queued can still be read.</summary>
    public void End()
    {
        TaskCompletionSource? arrival;
        lock (_gate)
        {
            _ended = true;
            arrival = TakeArrival();
        }

        arrival?.SetResult();
    }

    public void Dispose()
    {
        _leave(this);
        End();
    }

    private TaskCompletionSource? TakeArrival()
    {
        var arrival = _arrival;
        _arrival = null;
        return arrival;
    }
}
