using System.Buffers;
using System.Buffers.Binary;

namespace ShimService.Rpc.Grpc;

/// <summary>
/// Messages in a byte stream: a flag byte (1 = compressed), a length (32-bit big-endian), the message.
/// Source: grpc/grpc doc/PROTOCOL-HTTP2.md, "Length-Prefixed-Message".
/// </summary>
internal static class GrpcFrames
{
    public const int PrefixSize = 5;

    /// <summary>
    /// Errors: RpcException(Internal) for a bad flag, (ResourceExhausted) for a length above the limit.
    /// </summary>
    public static (bool Compressed, int Length) ReadPrefix(ReadOnlySpan<byte> prefix, int limit)
    {
        if (prefix[0] > 1)
        {
            throw RpcException.Internal($"a message begins with the flag {prefix[0]}; only 0 and 1 are known");
        }

        uint length = BinaryPrimitives.ReadUInt32BigEndian(prefix[1..]);
        return length <= (uint)limit ? (prefix[0] == 1, (int)length) : throw MessageCodec.TooLarge(length, limit);
    }

    public static void WritePrefix(Span<byte> prefix, bool compressed, int length)
    {
        prefix[0] = compressed ? (byte)1 : (byte)0;
        BinaryPrimitives.WriteInt32BigEndian(prefix[1..], length);
    }

    /// <summary>False: the buffer does not hold the whole message yet. Otherwise it is cut off the buffer.</summary>
    public static bool TryCut(
        ref ReadOnlySequence<byte> buffer, int limit, out bool compressed, out ReadOnlySequence<byte> message)
    {
        compressed = false;
        message = default;
        if (buffer.Length < PrefixSize)
        {
            return false;
        }

        Span<byte> prefix = stackalloc byte[PrefixSize];
        buffer.Slice(0, PrefixSize).CopyTo(prefix);
        (compressed, int length) = ReadPrefix(prefix, limit);
        if (buffer.Length - PrefixSize < length)
        {
            return false;
        }

        message = buffer.Slice(PrefixSize, length);
        buffer = buffer.Slice(message.End);
        return true;
    }
}
