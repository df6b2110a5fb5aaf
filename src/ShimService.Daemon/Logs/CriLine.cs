using Google.Protobuf.WellKnownTypes;

namespace ShimService.Daemon.Logs;

/// <summary>
/// One line of a process log, as the shim writes it (the log format of the kubelet's CRI):
/// <c>TIME stdout|stderr F|P BYTES\n</c>. F: the process wrote a newline after the bytes. P: it did not (yet).
/// </summary>
internal readonly ref struct CriLine
{
    private CriLine(ReadOnlySpan<byte> time, Contracts.V1.Stream stream, bool isFull, ReadOnlySpan<byte> bytes)
    {
        TimeText = time;
        Stream = stream;
        IsFull = isFull;
        Bytes = bytes;
    }

    public ReadOnlySpan<byte> TimeText { get; }

    public Contracts.V1.Stream Stream { get; }

    public bool IsFull { get; }

    public ReadOnlySpan<byte> Bytes { get; }

    /// <summary>Reads a line given without its newline; false when it is not one of the shim's.</summary>
    public static bool TryParse(ReadOnlySpan<byte> line, out CriLine parsed)
    {
        parsed = default;
        var time = line.IndexOf((byte)' ');
        if (time <= 0)
        {
            return false;
        }

        var rest = line[(time + 1)..];
        var stream = rest.StartsWith("stdout "u8) ? Contracts.V1.Stream.Stdout
            : rest.StartsWith("stderr "u8) ? Contracts.V1.Stream.Stderr
            : Contracts.V1.Stream.Unknown;
        const int AfterStream = 7;
        if (stream == Contracts.V1.Stream.Unknown || rest.Length < AfterStream + 2 || rest[AfterStream + 1] != ' '
            || rest[AfterStream] is not ((byte)'F' or (byte)'P'))
        {
            return false;
        }

        parsed = new CriLine(line[..time], stream, rest[AfterStream] == 'F', rest[(AfterStream + 2)..]);
        return true;
    }

    /// <summary>The instant before the stream name; null when it is not RFC 3339.</summary>
    public Timestamp? ReadTime() => Rfc3339.TryParse(TimeText, out var timestamp) ? timestamp : null;
}
