namespace ShimService.Daemon.Events;

/// <summary>One reader's place in the event log. Not for two threads at a time.</summary>
internal sealed class EventCursor
{
    private const int SmallBuffer = 512;
    private const int LargeBuffer = 64 * 1024;

    private readonly EventLog _log;
    private EventSegment? _segment;
    private byte[] _buffer = [];
    private long _offset;
    private ulong _next;

    internal EventCursor(EventLog log, ulong next)
    {
        _log = log;
        _next = next;
    }

    /// <summary>The sequence of the last event passed.</summary>
    public ulong Position => _next - 1;

    /// <summary>
    /// Adds the next events to <paramref name="into"/>, as many as fit a buffer; none = the end is reached for now.
    /// Errors: EventsGoneException when the reader fell behind what is kept.
    /// </summary>
    public void Read(List<RecordedEvent> into)
    {
        while (into.Count == 0 && Position < _log.Newest)
        {
            if (_segment is null || (_segment.Length == _offset && _segment.LastSequence < _next))
            {
                Enter();
            }

            ReadSegment(into);
        }
    }

    private void Enter()
    {
        var segment = _log.Find(_next) ?? throw Gone();
        if (segment != _segment)
        {
            (_segment, _offset) = (segment, 0);
        }
        else
        {
            // Cut off a damaged end long ago: what was between there and the next segment does not exist.
            _next++;
        }
    }

    private void ReadSegment(List<RecordedEvent> into)
    {
        var available = _segment!.Length - _offset;
        if (available == 0)
        {
            return;
        }

        if (_buffer.Length == 0)
        {
            _buffer = new byte[(int)Math.Clamp(available, SmallBuffer, LargeBuffer)];
        }

        var rest = _buffer.AsSpan(0, Fill(available));
        EventFrameResult result;
        while ((result = EventFrame.TryDecode(rest, out var recorded, out var consumed)) == EventFrameResult.Whole)
        {
            rest = rest[consumed..];
            _offset += consumed;
            if (recorded.Sequence >= _next)
            {
                _next = recorded.Sequence + 1;
                into.Add(recorded);
            }
        }

        if (result == EventFrameResult.Damaged)
        {
            throw new InvalidDataException($"{_segment.Path} is damaged at byte {_offset}: move it away");
        }

        if (into.Count == 0 && rest.Length == _buffer.Length)
        {
            _buffer = new byte[_buffer.Length * 2];
        }
    }

    private int Fill(long available)
    {
        try
        {
            return _segment!.Read(_buffer.AsSpan(0, (int)Math.Min(available, _buffer.Length)), _offset);
        }
        catch (ObjectDisposedException)
        {
            throw Gone();
        }
    }

    private EventsGoneException Gone() => new(Position, _log.Oldest, _log.Newest);
}
