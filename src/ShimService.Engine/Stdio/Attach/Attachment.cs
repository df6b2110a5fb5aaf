using System.Runtime.CompilerServices;
using ShimService.Linux.Errors;
using ShimService.Tasks.Ports;

namespace ShimService.Engine.Stdio.Attach;

/// <summary>
/// One attached reader: a bounded queue between the stdio thread and the reader.
/// <code>
///   live ── queue full, and there is a log ──▶ behind: nothing is queued, the log is read back
///     ▲                                          │
///     └────────── read up to the end ◀───────────┘
/// </code>
/// Without a log the oldest chunks go. Either way a slow reader costs a fixed amount of memory and never the
/// container's time.
/// </summary>
internal sealed class Attachment : IStdioAttachment
{
    private readonly Lock _gate = new();
    private readonly Queue<(StdioChunk Chunk, LogSpan Span)> _chunks = new();
    private readonly Func<LogReader>? _openLog;
    private readonly Action<Attachment> _leave;
    private readonly int _capacity;
    private TaskCompletionSource? _arrival;
    private LogReader? _log;
    private LogSpan _behind;
    private int _queued;
    private bool _ended;

    /// <param name="logBytes">See <see cref="LogBytes"/>.</param>
    /// <param name="capacity">Bytes that may wait in memory.</param>
    /// <param name="openLog">Opens the log for reading back; null when there is none. Called on the stdio
    /// thread.</param>
    /// <param name="leave">Called when the reader leaves.</param>
    public Attachment(long logBytes, int capacity, Func<LogReader>? openLog, Action<Attachment> leave)
    {
        LogBytes = logBytes;
        _capacity = capacity;
        _openLog = openLog;
        _leave = leave;
    }

    public long LogBytes { get; }

    /// <summary>Bytes this reader lost because it was slow and no log had them.</summary>
    public long LostBytes { get; private set; }

    public async IAsyncEnumerable<StdioChunk> ReadAllAsync([EnumeratorCancellation] CancellationToken cancel)
    {
        while (true)
        {
            StdioChunk? chunk = null;
            var behind = default(LogSpan);
            var arrival = Task.CompletedTask;
            lock (_gate)
            {
                if (_chunks.TryDequeue(out var first))
                {
                    chunk = first.Chunk;
                    _queued -= chunk.Data.Length;
                }
                else if (!_behind.IsEmpty)
                {
                    behind = _behind;
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

            if (chunk is not null)
            {
                yield return chunk;
            }
            else if (!behind.IsEmpty)
            {
                foreach (var older in ReadBack(behind))
                {
                    yield return older;
                }

                cancel.ThrowIfCancellationRequested();
            }
            else
            {
                await arrival.WaitAsync(cancel);
            }
        }
    }

    /// <summary>Queues a chunk, and says where the log has it. Stdio thread.</summary>
    public void Offer(StdioChunk chunk, LogSpan span)
    {
        TaskCompletionSource? arrival;
        lock (_gate)
        {
            if (_ended)
            {
                return;
            }

            if (!_behind.IsEmpty)
            {
                Follow(chunk, span);
                return;
            }

            _chunks.Enqueue((chunk, span));
            _queued += chunk.Data.Length;
            if (_queued > _capacity && _chunks.Count > 1)
            {
                MakeRoom();
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
        lock (_gate)
        {
            _log?.Dispose();
            _log = null;
            _behind = default;
        }
    }

    private void MakeRoom()
    {
        if (TryOpenLog())
        {
            while (_chunks.TryDequeue(out var entry))
            {
                Follow(entry.Chunk, entry.Span);
            }

            _queued = 0;
            return;
        }

        while (_queued > _capacity && _chunks.Count > 1)
        {
            var oldest = _chunks.Dequeue().Chunk;
            _queued -= oldest.Data.Length;
            LostBytes += oldest.Data.Length;
        }
    }

    /// <summary>Behind: the log has it, or nobody.</summary>
    private void Follow(StdioChunk chunk, LogSpan span)
    {
        if (span.IsEmpty)
        {
            LostBytes += chunk.Data.Length;
        }
        else
        {
            _behind = new LogSpan(_behind.IsEmpty ? span.Start : _behind.Start, span.End);
        }
    }

    private bool TryOpenLog()
    {
        if (_openLog is null || !_chunks.Any(static entry => !entry.Span.IsEmpty))
        {
            return false;
        }

        try
        {
            _log ??= _openLog();
            return true;
        }
        catch (KernelException)
        {
            // No descriptor to be had: the oldest go, as without a log.
            return false;
        }
    }

    private List<StdioChunk> ReadBack(LogSpan behind)
    {
        var position = behind.Start;
        var chunks = _log?.Read(ref position, behind.End) ?? [];
        lock (_gate)
        {
            // Nothing read: the file was cut under us, and what it held is gone.
            _behind = chunks.Count == 0 ? default : new LogSpan(position, _behind.End);
        }

        return chunks;
    }

    private TaskCompletionSource? TakeArrival()
    {
        var arrival = _arrival;
        _arrival = null;
        return arrival;
    }
}
