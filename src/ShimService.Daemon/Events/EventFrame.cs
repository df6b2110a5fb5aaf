using System.Buffers.Binary;
using System.Numerics;
using System.Text;
using Google.Protobuf;
using ShimService.Contracts.V1;

namespace ShimService.Daemon.Events;

/// <summary>
/// One event as the log holds it, little-endian:
/// <code>
/// u32 length of the body │ u32 CRC-32C of the body │ body:
///   u64 node sequence │ u64 shim sequence │ u8 length of the shim's name │ name │ shimservice.v1.Event
/// </code>
/// </summary>
internal static class EventFrame
{
    public const int HeaderLength = 8;
    private const int FixedBody = 17;
    private const int LongestBody = 1 << 20;

    public static byte[] Encode(RecordedEvent recorded)
    {
        var name = Encoding.UTF8.GetByteCount(recorded.Shim);
        var body = FixedBody + name + recorded.Event.CalculateSize();
        var frame = new byte[HeaderLength + body];
        var span = frame.AsSpan(HeaderLength);
        BinaryPrimitives.WriteUInt64LittleEndian(span, recorded.Sequence);
        BinaryPrimitives.WriteUInt64LittleEndian(span[8..], recorded.ShimSequence);
        span[16] = checked((byte)name);
        Encoding.UTF8.GetBytes(recorded.Shim, span[FixedBody..]);
        recorded.Event.WriteTo(span[(FixedBody + name)..]);
        BinaryPrimitives.WriteUInt32LittleEndian(frame, (uint)body);
        BinaryPrimitives.WriteUInt32LittleEndian(frame.AsSpan(4), Checksum(span));
        return frame;
    }

    /// <summary>Reads the frame at the start of <paramref name="bytes"/>; consumed is its length.</summary>
    public static EventFrameResult TryDecode(ReadOnlySpan<byte> bytes, out RecordedEvent recorded, out int consumed)
    {
        recorded = default;
        consumed = 0;
        if (bytes.Length < HeaderLength)
        {
            return EventFrameResult.Incomplete;
        }

        var length = BinaryPrimitives.ReadUInt32LittleEndian(bytes);
        if (length is < FixedBody or > LongestBody)
        {
            return EventFrameResult.Damaged;
        }

        if (bytes.Length - HeaderLength < length)
        {
            return EventFrameResult.Incomplete;
        }

        var body = bytes.Slice(HeaderLength, (int)length);
        if (BinaryPrimitives.ReadUInt32LittleEndian(bytes[4..]) != Checksum(body) || FixedBody + body[16] > body.Length)
        {
            return EventFrameResult.Damaged;
        }

        Event message;
        try
        {
            message = Event.Parser.ParseFrom(body[(FixedBody + body[16])..]);
        }
        catch (InvalidProtocolBufferException)
        {
            return EventFrameResult.Damaged;
        }

        recorded = new RecordedEvent(
            BinaryPrimitives.ReadUInt64LittleEndian(body),
            Encoding.UTF8.GetString(body.Slice(FixedBody, body[16])),
            BinaryPrimitives.ReadUInt64LittleEndian(body[8..]),
            message);
        consumed = HeaderLength + (int)length;
        return EventFrameResult.Whole;
    }

    private static uint Checksum(ReadOnlySpan<byte> bytes)
    {
        var crc = uint.MaxValue;
        while (bytes.Length >= 8)
        {
            crc = BitOperations.Crc32C(crc, BinaryPrimitives.ReadUInt64LittleEndian(bytes));
            bytes = bytes[8..];
        }

        foreach (var value in bytes)
        {
            crc = BitOperations.Crc32C(crc, value);
        }

        return ~crc;
    }
}
