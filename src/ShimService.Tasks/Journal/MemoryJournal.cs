using ShimService.Tasks.Events;

namespace ShimService.Tasks.Journal;

/// <summary>A journal that lives as long as its process: the model of the one in a file.</summary>
public sealed class MemoryJournal : IJournal
{
    private readonly Lock _gate = new();
    private readonly Queue<TaskEvent> _events = new();
    private readonly JournalSignal _signal = new();
    private ulong _last;

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
            _last++;
            _events.Enqueue(happened with { Sequence = _last });
            _signal.Grew(_last);
            return _last;
        }
    }

    public IReadOnlyList<TaskEvent> ReadAfter(ulong sequence, int limit)
    {
        lock (_gate)
        {
            var found = new List<TaskEvent>();
            foreach (var happened in _events)
            {
                if (happened.Sequence > sequence && found.Count < limit)
                {
                    found.Add(happened);
                }
            }

            return found;
        }
    }

    public Task WaitAfterAsync(ulong sequence, CancellationToken cancel) => _signal.WaitAfterAsync(sequence, cancel);

    public void Acknowledge(ulong sequence)
    {
        lock (_gate)
        {
            while (_events.TryPeek(out var oldest) && oldest.Sequence <= sequence)
            {
                _events.Dequeue();
            }
        }
    }
}
