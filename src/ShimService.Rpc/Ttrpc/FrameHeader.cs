using System.Buffers.Binary;

namespace ShimService.Rpc.Ttrpc;

/// <summary>
/// The ten bytes before every payload: length and stream id (32-bit big-endian), type, flags.
/// Source: containerd/ttrpc PROTOCOL.md.
/// </summary>
internal readonly record struct FrameHeader(uint Length, uint StreamId, FrameType Type, FrameFlags Flags)
{
    public const int Size = 10;

    public static FrameHeader Read(ReadOnlySpan<byte> from) => new(
        BinaryPrimitives.ReadUInt32BigEndian(from),
        BinaryPrimitives.ReadUInt32BigEndian(from[4..]),
        (FrameType)from[8],
        (FrameFlags)from[9]);

    public void Write(Span<byte> to)
    {
        BinaryPrimitives.WriteUInt32BigEndian(to, Length);
        BinaryPrimitives.WriteUInt32BigEndian(to[4..], StreamId);
        to[8] = (byte)Type;
        to[9] = (byte)Flags;
    }
}
