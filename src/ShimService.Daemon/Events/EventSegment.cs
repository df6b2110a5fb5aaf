using System.Globalization;
using Microsoft.Win32.SafeHandles;

namespace ShimService.Daemon.Events;

/// <summary>
/// One file of the event log, named by the first sequence it may hold. Appended by the log under its lock; read by
/// any thread up to <see cref="Length"/>, which only grows and only past whole frames.
/// </summary>
internal sealed class EventSegment : IDisposable
{
    private readonly SafeFileHandle _file;
    private long _length;

    private EventSegment(string path, SafeFileHandle file, ulong firstSequence)
    {
        Path = path;
        _file = file;
        FirstSequence = firstSequence;
        LastSequence = firstSequence - 1;
    }

    public string Path { get; }

    public ulong FirstSequence { get; }

    /// <summary>FirstSequence - 1 while empty.</summary>
    public ulong LastSequence { get; private set; }

    public DateTimeOffset LastAt { get; private set; }

    public int Count { get; private set; }

    public long Length => Volatile.Read(ref _length);

    public static EventSegment Create(string directory, ulong firstSequence)
    {
        var path = System.IO.Path.Combine(directory, FileName(firstSequence));
        var file = File.OpenHandle(path, FileMode.CreateNew, FileAccess.ReadWrite, FileShare.ReadWrite);
        return new EventSegment(path, file, firstSequence);
    }

    /// <summary>Opens a segment of an earlier run and cuts what is not a whole frame off its end.</summary>
    /// <returns>The segment, and how many bytes were cut.</returns>
    public static (EventSegment Segment, long Cut) Open(string path, Action<RecordedEvent> each)
    {
        var first = ulong.Parse(System.IO.Path.GetFileNameWithoutExtension(path), CultureInfo.InvariantCulture);
        var file = File.OpenHandle(path, FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite);
        var segment = new EventSegment(path, file, first);
        var bytes = new byte[RandomAccess.GetLength(file)];
        var read = RandomAccess.Read(file, bytes, 0);
        var rest = bytes.AsSpan(0, read);
        while (EventFrame.TryDecode(rest, out var recorded, out var consumed) == EventFrameResult.Whole
            && recorded.Sequence > segment.LastSequence)
        {
            rest = rest[consumed..];
            segment.Grow(recorded, consumed);
            each(recorded);
        }

        if (rest.Length > 0)
        {
            RandomAccess.SetLength(file, segment._length);
        }

        return (segment, rest.Length);
    }

    /// <summary>Writes one frame to the page cache, which survives any death of this process.</summary>
    public void Append(RecordedEvent recorded)
    {
        var frame = EventFrame.Encode(recorded);
        RandomAccess.Write(_file, frame, _length);
        Grow(recorded, frame.Length);
    }

    public int Read(Span<byte> buffer, long offset) => RandomAccess.Read(_file, buffer, offset);

    public void Flush() => RandomAccess.FlushToDisk(_file);

    public void Delete()
    {
        File.Delete(Path);
        Dispose();
    }

    public void Dispose() => _file.Dispose();

    private static string FileName(ulong first) => first.ToString("D20", CultureInfo.InvariantCulture) + ".log";

    private void Grow(RecordedEvent recorded, int bytes)
    {
        LastSequence = recorded.Sequence;
        LastAt = recorded.Event.Timestamp?.ToDateTimeOffset() ?? LastAt;
        Count++;
        Volatile.Write(ref _length, _length + bytes);
    }
}
