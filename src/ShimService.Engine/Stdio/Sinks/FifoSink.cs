using ShimService.Linux;
using ShimService.Linux.Abi;
using ShimService.Linux.Errors;
using ShimService.Linux.Stdio;
using ShimService.Tasks.Ports;

namespace ShimService.Engine.Stdio.Sinks;

/// <summary>
/// A fifo some client reads. Our own read end stands beside the write end: with it a reader may leave and another
/// come without the container getting EPIPE. At the end of the stream the write end goes, which is the reader's
/// end-of-file; the read end stays until the process's stdio is closed, so that a reader who was away at that
/// moment still finds the last bytes.
///
/// The read end is also how the oldest bytes are dropped where the caller chose that: the fifo itself, grown, is the
/// bounded buffer.
/// </summary>
internal sealed class FifoSink : IStdioSink
{
    private const int BufferBytes = 1 << 20;
    private const int DroppedAtOnce = 16 * 1024;

    private readonly FileDescriptor _writeEnd;
    private FileDescriptor _readEnd;
    private readonly WhenFull _whenFull;
    private readonly Action<string> _onLoss;
    private bool _losing;
    private bool _isRead;

    /// <param name="ends">Non-blocking ends of the fifo; taken over.</param>
    /// <param name="whenFull">What becomes of output that nobody reads.</param>
    /// <param name="onLoss">Told once per stall why bytes are lost.</param>
    public FifoSink(PipeEnds ends, WhenFull whenFull, Action<string> onLoss)
    {
        (_readEnd, _writeEnd) = ends;
        _whenFull = whenFull;
        _onLoss = onLoss;
        if (whenFull == WhenFull.DropOldest)
        {
            // Refused where the user has many pipes already: then the buffer is the 64 KiB it is made with.
            Descriptors.TryGrowPipe(_writeEnd, BufferBytes);
        }
    }

    public FileDescriptor? Descriptor => _writeEnd;

    public bool TakesSplice => true;

    public int Write(ReadOnlySpan<byte> data)
    {
        var written = 0;
        while (written < data.Length)
        {
            var result = StreamIo.Write(_writeEnd, data[written..]);
            if (result.Succeeded)
            {
                written += result.Count;
            }
            else if (!result.WouldBlock)
            {
                // Never the end: the next piece may find memory again, and a process must not hang meanwhile.
                Lose($"the kernel answered {result.Errno}");
                return data.Length;
            }
            else if (!TryMakeRoom())
            {
                return written;
            }
        }

        return written;
    }

    public bool TryMakeRoom()
    {
        if (_whenFull == WhenFull.Block)
        {
            return false;
        }

        Span<byte> dropped = stackalloc byte[DroppedAtOnce];
        var result = StreamIo.Read(_readEnd, dropped);
        if (!result.Succeeded)
        {
            // Empty: its reader was quicker.
            return result.WouldBlock;
        }

        Lose("its reader is away or slow; the oldest bytes go");
        return true;
    }

    /// <summary>
    /// The stream has ended, and the client that reads it has not taken all of it. A client takes a delete for the end
    /// of the output: what it has not read by then it throws away.
    /// </summary>
    public bool IsUnread => _isRead && !_readEnd.IsClosed && StreamIo.HasInput(_readEnd);

    /// <summary>How many bytes wait in the fifo.</summary>
    public long Unread => _readEnd.IsClosed ? 0 : StreamIo.CountInput(_readEnd);

    public void End()
    {
        _isRead = HasOtherReader();
        _writeEnd.Dispose();
    }

    public void Dispose()
    {
        _writeEnd.Dispose();
        _readEnd.Dispose();
    }

    /// <summary>
    /// Whether a client has the fifo open. That shows without our own read end only; a write end keeps the bytes
    /// meanwhile, after the end of the stream one for the moment.
    /// </summary>
    public bool HasOtherReader()
    {
        if (_readEnd.IsClosed)
        {
            return false;
        }

        try
        {
            using var again = _writeEnd.IsClosed ? Reopen(_readEnd, OpenFlags.WriteOnly) : null;
            var writeEnd = again ?? _writeEnd;
            _readEnd.Dispose();
            var others = StreamIo.HasReader(writeEnd);
            _readEnd = Reopen(writeEnd, OpenFlags.ReadOnly);
            return others;
        }
        catch (KernelException)
        {
            // No descriptor to be had: whoever reads now still gets all of it.
            return false;
        }
    }

    private static FileDescriptor Reopen(FileDescriptor end, OpenFlags direction) =>
        Files.Open($"/proc/self/fd/{end.Number}", direction | OpenFlags.NonBlocking);

    private void Lose(string why)
    {
        if (!_losing)
        {
            _losing = true;
            _onLoss(why);
        }
    }
}
