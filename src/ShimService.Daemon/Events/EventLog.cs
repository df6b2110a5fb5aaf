using ShimService.Contracts.V1;

namespace ShimService.Daemon.Events;

/// <summary>
/// The node-wide order of events, on disk, and the only copy: whoever watches reads the files by a cursor of its own,
/// so a slow watcher costs nothing and delays nobody.
///
/// Append numbers an event, writes it and only then lets anybody see it or the shim be told that it is safe. The
/// write is to the page cache: it survives kill -9 of shimd at any instant. Power loss takes the containers and the
/// shims' journals (a tmpfs) anyway; for the history's sake <see cref="EventFlusher"/> fsyncs in groups.
/// Exactly once: an event at or below its shim's last recorded sequence is not recorded again.
/// Any thread may call any member.
/// </summary>
internal sealed class EventLog : IDisposable
{
    private readonly Lock _gate = new();
    private readonly string _directory;
    private readonly EventLogOptions _options;
    private readonly TimeProvider _time;
    private readonly List<EventSegment> _segments = [];
    private readonly Dictionary<string, ulong> _lastOfShim = new(StringComparer.Ordinal);
    private TaskCompletionSource? _grown;
    private ulong _newest;

    private EventLog(string directory, EventLogOptions options, TimeProvider time)
    {
        _directory = directory;
        _options = options;
        _time = time;
    }

    /// <summary>Bytes cut off torn ends when the log was opened.</summary>
    public long CutBytes { get; private set; }

    public ulong Newest => Volatile.Read(ref _newest);

    public ulong Oldest
    {
        get
        {
            lock (_gate)
            {
                return _segments[0].FirstSequence;
            }
        }
    }

    public static EventLog Open(string directory, EventLogOptions options, TimeProvider time)
    {
        var log = new EventLog(directory, options, time);
        foreach (var path in Directory.GetFiles(directory, "*.log").Order(StringComparer.Ordinal))
        {
            var (segment, cut) = EventSegment.Open(path, log.Remember);
            log.CutBytes += cut;
            log._segments.Add(segment);
            log._newest = Math.Max(log._newest, segment.LastSequence);
        }

        if (log._segments.Count == 0)
        {
            log._segments.Add(EventSegment.Create(directory, log._newest + 1));
        }

        log.Trim();
        return log;
    }

    /// <summary>The last sequence of a shim's journal that is recorded; 0 = none.</summary>
    public ulong LastOf(string shim)
    {
        lock (_gate)
        {
            return _lastOfShim.GetValueOrDefault(shim);
        }
    }

    /// <summary>The shim is gone for good: nothing more comes from it.</summary>
    public void Forget(string shim)
    {
        lock (_gate)
        {
            _lastOfShim.Remove(shim);
        }
    }

    /// <summary>
    /// Records an event, giving it its node-wide sequence.
    /// Errors: IOException (disk full); the event is then not recorded and can be appended again.
    /// </summary>
    /// <returns>False when this event of this shim is recorded already.</returns>
    public bool Append(string shim, ulong shimSequence, Event message)
    {
        TaskCompletionSource? grown;
        lock (_gate)
        {
            if (shimSequence != 0 && shimSequence <= _lastOfShim.GetValueOrDefault(shim))
            {
                return false;
            }

            message.Sequence = _newest + 1;
            var recorded = new RecordedEvent(message.Sequence, shim, shimSequence, message);
            SegmentForNext().Append(recorded);
            Remember(recorded);
            Volatile.Write(ref _newest, message.Sequence);
            (grown, _grown) = (_grown, null);
        }

        grown?.SetResult();
        return true;
    }

    /// <summary>
    /// A reader that starts after a sequence; 0 = with the oldest kept.
    /// Errors: EventsGoneException.
    /// </summary>
    public EventCursor OpenCursor(ulong after)
    {
        lock (_gate)
        {
            var oldest = _segments[0].FirstSequence;
            var next = after == 0 ? oldest : after + 1;
            return next < oldest || after > _newest
                ? throw new EventsGoneException(after, oldest, _newest)
                : new EventCursor(this, next);
        }
    }

    /// <summary>Completes when an event above <paramref name="sequence"/> is recorded.</summary>
    public Task WaitBeyondAsync(ulong sequence, CancellationToken cancel)
    {
        lock (_gate)
        {
            if (_newest > sequence)
            {
                return Task.CompletedTask;
            }

            _grown ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            return _grown.Task.WaitAsync(cancel);
        }
    }

    /// <summary>Makes everything recorded so far survive a power loss.</summary>
    public void Flush()
    {
        EventSegment last;
        lock (_gate)
        {
            last = _segments[^1];
        }

        last.Flush();
    }

    /// <summary>Drops whole segments that are over the count or past the age; the newest always stays.</summary>
    public void Trim()
    {
        lock (_gate)
        {
            var kept = 0;
            foreach (var segment in _segments)
            {
                kept += segment.Count;
            }

            var horizon = _time.GetUtcNow() - _options.MaximumAge;
            while (_segments.Count > 1
                && (kept - _segments[0].Count >= _options.MaximumCount || _segments[0].LastAt < horizon))
            {
                kept -= _segments[0].Count;
                _segments[0].Delete();
                _segments.RemoveAt(0);
            }
        }
    }

    /// <summary>The segment that holds, or will hold, a sequence; null when it is gone.</summary>
    internal EventSegment? Find(ulong sequence)
    {
        lock (_gate)
        {
            var index = _segments.FindLastIndex(segment => segment.FirstSequence <= sequence);
            return index < 0 ? null : _segments[index];
        }
    }

    public void Dispose()
    {
        foreach (var segment in _segments)
        {
            segment.Dispose();
        }
    }

    private EventSegment SegmentForNext()
    {
        var last = _segments[^1];
        if (last.Count < _options.SegmentCount && last.Length < EventLogOptions.SegmentBytes)
        {
            return last;
        }

        last.Flush();
        last = EventSegment.Create(_directory, _newest + 1);
        _segments.Add(last);
        Trim();
        return last;
    }

    private void Remember(RecordedEvent recorded)
    {
        if (recorded.ShimSequence != 0)
        {
            _lastOfShim[recorded.Shim] = recorded.ShimSequence;
        }
    }
}
