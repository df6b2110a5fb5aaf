using Microsoft.Win32.SafeHandles;
using ShimService.Tasks.Events;
using ShimService.Tasks.Journal;

namespace ShimService.Shim.Journal;

/// <summary>
/// The journal as a file that only grows, and is rewritten when it has grown too much. It outlives the process: what
/// was not acknowledged is there for the next shim of the group, in the same sequence. Written without fsync: it has
/// to survive the death of this process, and a machine that goes down takes the containers with it.
/// Thread-safe. A disk that refuses is reported once; the events stay in memory then, and are still delivered.
/// </summary>
internal sealed class FileJournal : IJournal, IDisposable
{
    private readonly Lock _gate = new();
    private readonly string _path;
    private readonly JournalOptions _options;
    private readonly Action<Exception> _broken;
    private readonly JournalSignal _signal = new();
    private readonly Queue<TaskEvent> _recent = new();
    private SafeFileHandle _file;
    private long _length;
    private long _compactAt;
    private ulong _last;
    private ulong _acknowledged;
    private bool _isBroken;

    /// <param name="path">The file; made when it is not there. A torn tail is cut off.</param>
    /// <param name="options">Limits.</param>
    /// <param name="broken">Told once when the file cannot be written any more.</param>
    public FileJournal(string path, JournalOptions options, Action<Exception> broken)
    {
        _path = path;
        _options = options;
        _broken = broken;
        _compactAt = options.CompactAt;
        _file = File.OpenHandle(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.Read);
        foreach (var record in JournalFile.Read(_file, 0))
        {
            _length += record.Size;
            Keep(record);
        }

        RandomAccess.SetLength(_file, _length);
        _signal.Grew(_last);
    }

    public ulong Last
    {
        get
        {
            lock (_gate)
            {
                return _last;
            }
        }
    }

    public ulong Append(TaskEvent happened)
    {
        lock (_gate)
        {
            var kept = happened with { Sequence = _last + 1 };
            Write(JournalCodec.Encode(kept));
            Remember(kept);
            if (_length > _compactAt)
            {
                Compact();
            }

            _signal.Grew(_last);
            return _last;
        }
    }

    public IReadOnlyList<TaskEvent> ReadAfter(ulong sequence, int limit)
    {
        lock (_gate)
        {
            var from = Math.Max(sequence, _acknowledged);
            var found = new List<TaskEvent>();
            if (_isBroken || (_recent.TryPeek(out var oldest) ? oldest.Sequence <= from + 1 : _last <= from))
            {
                Collect(_recent, from, limit, found);
                return found;
            }

            Collect(Events(), from, limit, found);
            return found;
        }
    }

    public Task WaitAfterAsync(ulong sequence, CancellationToken cancel) => _signal.WaitAfterAsync(sequence, cancel);

    public void Acknowledge(ulong sequence)
    {
        lock (_gate)
        {
            if (sequence <= _acknowledged || sequence > _last)
            {
                return;
            }

            Write(JournalCodec.EncodeAcknowledged(sequence));
            Forget(sequence);
        }
    }

    public void Dispose() => _file.Dispose();

    /// <summary>
    /// Removes the file, when nothing in it waits to be acknowledged. The journal is at its end then.
    /// </summary>
    public void RemoveIfTaken()
    {
        lock (_gate)
        {
            if (_acknowledged >= _last)
            {
                File.Delete(_path);
            }
        }
    }

    private static void Collect(IEnumerable<TaskEvent> events, ulong from, int limit, List<TaskEvent> found)
    {
        foreach (var happened in events)
        {
            if (found.Count == limit)
            {
                return;
            }

            if (happened.Sequence > from)
            {
                found.Add(happened);
            }
        }
    }

    private IEnumerable<TaskEvent> Events()
    {
        foreach (var record in JournalFile.Read(_file, 0))
        {
            if (record.Happened is { } happened)
            {
                yield return happened;
            }
        }
    }

    private void Keep(JournalRecord record)
    {
        if (record.Happened is { } happened)
        {
            Remember(happened);
        }
        else
        {
            _last = Math.Max(_last, record.Acknowledged);
            Forget(record.Acknowledged);
        }
    }

    private void Remember(TaskEvent happened)
    {
        _last = happened.Sequence;
        if (_recent.Count == _options.InMemory && !_isBroken)
        {
            _recent.Dequeue();
        }

        _recent.Enqueue(happened);
    }

    private void Forget(ulong acknowledged)
    {
        _acknowledged = Math.Max(_acknowledged, acknowledged);
        while (_recent.TryPeek(out var oldest) && oldest.Sequence <= _acknowledged)
        {
            _recent.Dequeue();
        }
    }

    private void Write(byte[] record)
    {
        if (_isBroken)
        {
            return;
        }

        try
        {
            RandomAccess.Write(_file, record, _length);
            _length += record.Length;
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            _isBroken = true;
            _broken(failure);
        }
    }

    /// <summary>Rewrites the file beside itself and takes its place: there is a whole journal at any instant.</summary>
    private void Compact()
    {
        try
        {
            var draft = _path + ".new";
            var file = File.OpenHandle(draft, FileMode.Create, FileAccess.ReadWrite, FileShare.Read);
            var length = JournalFile.WriteCompacted(file, Events(), _acknowledged, _options.IsOver);
            RandomAccess.FlushToDisk(file);
            File.Move(draft, _path, overwrite: true);
            _file.Dispose();
            _file = file;
            _length = length;

            // What is left is needed: look again when it has doubled, not at every event.
            _compactAt = Math.Max(_options.CompactAt, length * 2);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            _compactAt *= 2;
            _broken(failure);
        }
    }
}
