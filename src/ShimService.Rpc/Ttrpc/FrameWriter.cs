using System.Net.Sockets;
using Google.Protobuf;

namespace ShimService.Rpc.Ttrpc;

/// <summary>Sends whole frames, one after another. Any thread.</summary>
internal sealed class FrameWriter(Socket socket, int limit) : IDisposable
{
    private readonly SemaphoreSlim _turn = new(1, 1);

    /// <summary>A frame with room for its header in front.</summary>
    /// <exception cref="RpcException">ResourceExhausted: the message is above the limit.</exception>
    public Payload Encode(uint streamId, FrameType type, FrameFlags flags, IMessage? message)
    {
        int size = message?.CalculateSize() ?? 0;
        Payload frame = Begin(streamId, type, flags, size);
        message?.WriteTo(frame.Span[FrameHeader.Size..]);
        return frame;
    }

    /// <summary>The frame of an answer that is fine: a ttrpc.Response whose payload is written in place.</summary>
    public Payload EncodeResponse(uint streamId, IMessage message)
    {
        int size = message.CalculateSize();
        int prefix = size == 0 ? 0 : 1 + CodedOutputStream.ComputeLengthSize(size);
        Payload frame = Begin(streamId, FrameType.Response, FrameFlags.None, prefix + size);
        if (size > 0)
        {
            Span<byte> body = frame.Span[FrameHeader.Size..];
            body[0] = (Contracts.Ttrpc.Response.PayloadFieldNumber << 3) | (byte)WireFormat.WireType.LengthDelimited;
            int at = 1;
            for (uint left = (uint)size; ; left >>= 7)
            {
                body[at++] = (byte)(left < 0x80 ? left : left | 0x80);
                if (left < 0x80)
                {
                    break;
                }
            }

            message.WriteTo(body[at..]);
        }

        return frame;
    }

    /// <summary>
    /// Sends the frame and gives it back to the pool. The token only shortens the wait for the turn: a frame that has
    /// begun is never cut. Errors: SocketException, ObjectDisposedException, OperationCanceledException.
    /// </summary>
    /// <param name="mayStill">Asked when it is this frame's turn; false drops it.</param>
    /// <returns>Whether it was sent.</returns>
    public async ValueTask<bool> SendAsync(Payload frame, Func<Payload, bool>? mayStill, CancellationToken cancel)
    {
        try
        {
            await _turn.WaitAsync(cancel);
            try
            {
                if (mayStill is not null && !mayStill(frame))
                {
                    return false;
                }

                ReadOnlyMemory<byte> left = frame.Memory;
                while (!left.IsEmpty)
                {
                    left = left[await socket.SendAsync(left, SocketFlags.None, CancellationToken.None)..];
                }

                return true;
            }
            finally
            {
                _turn.Release();
            }
        }
        finally
        {
            frame.Return();
        }
    }

    public void Dispose() => _turn.Dispose();

    private Payload Begin(uint streamId, FrameType type, FrameFlags flags, int size)
    {
        if (size > limit)
        {
            throw MessageCodec.TooLarge(size, limit);
        }

        Payload frame = Payload.Rent(FrameHeader.Size + size);
        new FrameHeader((uint)size, streamId, type, flags).Write(frame.Span);
        return frame;
    }
}
