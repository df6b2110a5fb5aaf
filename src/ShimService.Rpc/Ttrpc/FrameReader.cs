namespace ShimService.Rpc.Ttrpc;

/// <summary>
/// Cuts a byte stream into frames. Between frames it holds only its own small buffer, which most requests fit into;
/// a larger payload is received straight into its pooled array. One reader at a time.
/// </summary>
/// <param name="receive">Fills some of the memory; 0 = the peer has closed.</param>
/// <param name="limit">Largest payload taken, in bytes.</param>
internal sealed class FrameReader(Func<Memory<byte>, ValueTask<int>> receive, int limit)
{
    private readonly byte[] _buffer = new byte[512];
    private int _start;
    private int _end;

    private int Buffered => _end - _start;

    /// <summary>Null at the end of the stream, also when it ends inside a frame. The caller owns the payload.</summary>
    public async ValueTask<Frame?> ReadAsync()
    {
        while (Buffered < FrameHeader.Size)
        {
            _buffer.AsSpan(_start, Buffered).CopyTo(_buffer);
            _end = Buffered;
            _start = 0;
            int got = await receive(_buffer.AsMemory(_end));
            if (got <= 0)
            {
                return null;
            }

            _end += got;
        }

        FrameHeader header = FrameHeader.Read(_buffer.AsSpan(_start));
        _start += FrameHeader.Size;
        return header.Length > (uint)limit ? await SkipAsync(header) : await TakeAsync(header);
    }

    private async ValueTask<Frame?> TakeAsync(FrameHeader header)
    {
        Payload payload = Payload.Rent((int)header.Length);
        int filled = Math.Min(Buffered, payload.Length);
        _buffer.AsSpan(_start, filled).CopyTo(payload.Span);
        _start += filled;
        while (filled < payload.Length)
        {
            int got = await receive(payload.Memory[filled..]);
            if (got <= 0)
            {
                payload.Return();
                return null;
            }

            filled += got;
        }

        return new(header, payload, TooLarge: false);
    }

    private async ValueTask<Frame?> SkipAsync(FrameHeader header)
    {
        uint left = header.Length;
        while (true)
        {
            int skipped = (int)Math.Min((uint)Buffered, left);
            _start += skipped;
            left -= (uint)skipped;
            if (left == 0)
            {
                return new(header, Payload.Empty, TooLarge: true);
            }

            _start = 0;
            _end = await receive(_buffer);
            if (_end <= 0)
            {
                _end = 0;
                return null;
            }
        }
    }
}
