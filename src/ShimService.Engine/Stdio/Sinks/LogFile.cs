using System.Text.Unicode;
using ShimService.Linux;
using ShimService.Linux.Abi;
using ShimService.Linux.Errors;
using ShimService.Linux.Stdio;
using ShimService.Tasks.Ports;

namespace ShimService.Engine.Stdio.Sinks;

/// <summary>
/// The CRI log of one process, written by both of its streams. A disk that refuses never stops the container: the
/// piece is dropped whole (no torn record stays), counted, and said once, in the log itself when it can be written
/// again. Stdio thread, under the output gate; <see cref="Length"/> under the gate.
/// </summary>
internal sealed class LogFile(FileDescriptor file, TimeProvider time, Action<Errno> onLoss) : IDisposable
{
    /// <summary>Room for many short records, so that a piece of 64 KiB takes one or a few writes.</summary>
    private const int FormatBytes = 128 * 1024;

    private const int MaxNoteBytes = 256;

    /// <summary>Shared by all logs: only the one stdio thread formats.</summary>
    [ThreadStatic]
    private static byte[]? _format;

    private long _lostBytes;
    private Errno _lostTo;

    /// <summary>
    /// Where the next record begins, by our own count: it costs nothing, and holds as long as nobody else cuts the
    /// file.
    /// </summary>
    public long End { get; private set; } = FileFacts.Read(file).Size;

    /// <summary>Bytes in the file. Asked of the kernel, since others may truncate a log.</summary>
    public long Length => FileFacts.Read(file).Size;

    public void Append(StdioStream stream, ReadOnlySpan<byte> payload)
    {
        var buffer = _format ??= GC.AllocateUninitializedArray<byte>(FormatBytes);
        var now = time.GetUtcNow();
        Span<byte> prefix = stackalloc byte[64];
        prefix = prefix[..CriLogFormat.FormatPrefix(now, stream, prefix)];
        while (!payload.IsEmpty)
        {
            var before = payload.Length;
            // With the next records, in one piece: a note for every scrap of room would be all the log is.
            var length = _lostBytes > 0 ? FormatLoss(now, buffer) : 0;
            length += CriLogFormat.Format(prefix, ref payload, buffer.AsSpan(length));
            if (!TryWrite(buffer.AsSpan(0, length), out var errno))
            {
                Lose(before, errno);
                return;
            }

            _lostBytes = 0;
        }
    }

    /// <summary>The same file for reading, on its own.</summary>
    public FileDescriptor OpenReader() => Files.Open($"/proc/self/fd/{file.Number}", OpenFlags.ReadOnly);

    /// <summary>Closes it, all losses said. Returns its length.</summary>
    public long Finish()
    {
        if (_lostBytes > 0)
        {
            Span<byte> note = stackalloc byte[MaxNoteBytes];
            TryWrite(note[..FormatLoss(time.GetUtcNow(), note)], out _);
        }

        var length = Length;
        file.Dispose();
        return length;
    }

    public void Dispose() => file.Dispose();

    private void Lose(int bytes, Errno errno)
    {
        if (_lostBytes == 0)
        {
            onLoss(errno);
        }

        _lostBytes += bytes;
        _lostTo = errno;
    }

    private int FormatLoss(DateTimeOffset now, Span<byte> room)
    {
        var length = CriLogFormat.FormatPrefix(now, StdioStream.Stderr, room);
        Utf8.TryWrite(
            room[length..], $"F shimservice: {_lostBytes} bytes of output were lost here: {_lostTo}\n", out var rest);
        return length + rest;
    }

    private bool TryWrite(ReadOnlySpan<byte> records, out Errno errno)
    {
        var written = 0;
        while (written < records.Length)
        {
            var result = StreamIo.Write(file, records[written..]);
            if (!result.Succeeded || result.Count == 0)
            {
                errno = result.Succeeded ? Errno.ENOSPC : result.Errno;
                TakeBack(written);
                return false;
            }

            written += result.Count;
        }

        End += written;
        errno = Errno.None;
        return true;
    }

    /// <summary>Removes the front part of records whose rest could not be written.</summary>
    private void TakeBack(int written)
    {
        if (written == 0)
        {
            return;
        }

        try
        {
            Descriptors.Truncate(file, Math.Max(0, Length - written));
        }
        catch (KernelException)
        {
            // A torn record stays; the note of the loss follows it.
        }
    }
}
