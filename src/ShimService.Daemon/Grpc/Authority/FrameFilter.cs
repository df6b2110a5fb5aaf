using System.Buffers;
using System.Buffers.Binary;

namespace ShimService.Daemon.Grpc.Authority;

/// <summary>
/// The client's half of an HTTP/2 connection, with :authority and host emptied in every header block that is one frame
/// (RFC 9113 section 4.1); everything else goes through as it is. One connection, one caller at a time.
/// </summary>
internal sealed class FrameFilter
{
    private const int PrefaceSize = 24;
    private const int HeaderSize = 9;
    private const byte Headers = 1;
    private const byte EndHeaders = 0x4;
    private const byte Padded = 0x8;
    private const byte Priority = 0x20;

    // Kestrel takes no larger frames (SETTINGS_MAX_FRAME_SIZE): a larger one is its to refuse.
    private const int LargestFrame = 16 * 1024;

    private readonly ArrayBufferWriter<byte> _block = new();
    private long _passing = PrefaceSize;

    /// <summary>Writes what can be written now.</summary>
    /// <returns>Up to where the input has been used; the rest wants more bytes.</returns>
    public SequencePosition Run(ReadOnlySequence<byte> input, IBufferWriter<byte> output)
    {
        while (!input.IsEmpty)
        {
            if (_passing > 0)
            {
                long now = Math.Min(_passing, input.Length);
                foreach (ReadOnlyMemory<byte> part in input.Slice(0, now))
                {
                    output.Write(part.Span);
                }

                input = input.Slice(now);
                _passing -= now;
            }
            else if (!TryBeginFrame(ref input, output))
            {
                break;
            }
        }

        return input.Start;
    }

    private bool TryBeginFrame(ref ReadOnlySequence<byte> input, IBufferWriter<byte> output)
    {
        if (input.Length < HeaderSize)
        {
            return false;
        }

        Span<byte> header = stackalloc byte[HeaderSize];
        input.Slice(0, HeaderSize).CopyTo(header);
        int length = (int)(BinaryPrimitives.ReadUInt32BigEndian(header) >> 8);
        bool whole = header[3] == Headers && (header[4] & EndHeaders) != 0 && length <= LargestFrame;
        if (!whole)
        {
            _passing = HeaderSize + length;
            return true;
        }

        if (input.Length < HeaderSize + length)
        {
            return false;
        }

        byte[] frame = ArrayPool<byte>.Shared.Rent(HeaderSize + length);
        input.Slice(0, HeaderSize + length).CopyTo(frame);
        WriteHeaders(frame.AsSpan(0, HeaderSize + length), output);
        ArrayPool<byte>.Shared.Return(frame);
        input = input.Slice(HeaderSize + length);
        return true;
    }

    // RFC 9113 section 6.2: pad length, priority, block, padding.
    private void WriteHeaders(Span<byte> frame, IBufferWriter<byte> output)
    {
        byte flags = frame[4];
        Span<byte> payload = frame[HeaderSize..];
        int before = ((flags & Padded) != 0 ? 1 : 0) + ((flags & Priority) != 0 ? 5 : 0);
        int after = (flags & Padded) != 0 && payload.Length > 0 ? payload[0] : 0;
        _block.ResetWrittenCount();
        if (before + after > payload.Length || !HeaderBlock.TryRewrite(payload[before..^after], _block))
        {
            output.Write(frame);
            return;
        }

        int length = before + _block.WrittenCount + after;
        frame[0] = (byte)(length >> 16);
        frame[1] = (byte)(length >> 8);
        frame[2] = (byte)length;
        output.Write(frame[..(HeaderSize + before)]);
        output.Write(_block.WrittenSpan);
        output.Write(payload[^after..]);
    }
}
