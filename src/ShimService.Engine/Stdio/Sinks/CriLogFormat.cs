using System.Globalization;
using ShimService.Tasks.Ports;

namespace ShimService.Engine.Stdio.Sinks;

/// <summary>
/// The log lines kubelet reads: <c>2026-11-22T08:03:10.123456700Z stdout F the bytes\n</c>. F ends where the program
/// wrote a newline; P is a piece without one, whose rest follows in the stream's next records. The bytes are raw, so
/// joining the records of a stream (with a newline after each F) gives back exactly what was written. Pure.
/// Source: kubernetes KEP "CRI: logging", containerd internal/cri/io/logger.go.
/// </summary>
internal static class CriLogFormat
{
    /// <summary>Longest piece in one record, as containerd's max_container_log_line_size.</summary>
    public const int MaxRecordBytes = 16 * 1024;

    /// <summary>Room one record of the longest piece takes at most.</summary>
    public const int MaxFormattedBytes = PrefixBytes + MaxRecordBytes + 1;

    /// <summary>"2026-11-22T08:03:10.123456700Z"</summary>
    private const int TimeBytes = 30;

    /// <summary>"2026-11-22T08:03:10.123456700Z stdout F "</summary>
    private const int PrefixBytes = TimeBytes + 1 + 6 + 1 + 2;

    /// <summary>
    /// Takes the first record apart. <paramref name="length"/> is that of the whole record, newline included.
    /// False when it is not whole, or not one of ours.
    /// </summary>
    public static bool TryParse(
        ReadOnlySpan<byte> log, out int length, out StdioStream stream, out ReadOnlySpan<byte> payload, out bool isFull)
    {
        length = log.IndexOf((byte)'\n') + 1;
        stream = StdioStream.Stdout;
        payload = default;
        isFull = false;
        if (length < PrefixBytes + 1 || log[TimeBytes] != ' ' || log[PrefixBytes - 1] != ' ')
        {
            return false;
        }

        var name = log.Slice(TimeBytes + 1, 6);
        stream = name.SequenceEqual("stderr"u8) ? StdioStream.Stderr : StdioStream.Stdout;
        payload = log[PrefixBytes..(length - 1)];
        isFull = log[PrefixBytes - 2] == 'F';
        return (isFull || log[PrefixBytes - 2] == 'P')
            && (stream == StdioStream.Stderr || name.SequenceEqual("stdout"u8));
    }

    /// <summary>Writes what stands before the tag. Returns its length.</summary>
    public static int FormatPrefix(DateTimeOffset time, StdioStream stream, Span<byte> destination)
    {
        // Ticks are 100 ns; kubelet parses RFC3339Nano, and equal widths keep the log greppable by column.
        if (!time.UtcDateTime.TryFormat(
            destination, out var length, "yyyy-MM-dd'T'HH:mm:ss.fffffff'00Z '", CultureInfo.InvariantCulture))
        {
            throw new ArgumentException("no room for a timestamp", nameof(destination));
        }

        var name = stream == StdioStream.Stdout ? "stdout "u8 : "stderr "u8;
        name.CopyTo(destination[length..]);
        return length + name.Length;
    }

    /// <summary>
    /// Formats records for the front of <paramref name="payload"/> while they fit, and moves it past them.
    /// Returns the bytes written; 0 = the next record does not fit (or there is nothing left).
    /// </summary>
    public static int Format(
        scoped ReadOnlySpan<byte> prefix, ref ReadOnlySpan<byte> payload, scoped Span<byte> destination)
    {
        var written = 0;
        while (!payload.IsEmpty)
        {
            var window = payload.Length > MaxRecordBytes ? payload[..(MaxRecordBytes + 1)] : payload;
            var newline = window.IndexOf((byte)'\n');
            var piece = newline >= 0 ? newline : Math.Min(payload.Length, MaxRecordBytes);
            var needed = prefix.Length + 2 + piece + 1;
            if (needed > destination.Length - written)
            {
                break;
            }

            var record = destination.Slice(written, needed);
            prefix.CopyTo(record);
            record[prefix.Length] = newline >= 0 ? (byte)'F' : (byte)'P';
            record[prefix.Length + 1] = (byte)' ';
            payload[..piece].CopyTo(record[(prefix.Length + 2)..]);
            record[^1] = (byte)'\n';
            written += needed;
            payload = payload[(newline >= 0 ? piece + 1 : piece)..];
        }

        return written;
    }
}
