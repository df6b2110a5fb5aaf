using System.Runtime.InteropServices;

namespace ShimService.Linux.Native;

/// <summary>struct msghdr, 64 bit.</summary>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct SocketMessage
{
    public byte* Name;
    public uint NameLength;
    public SocketSegment* Segments;
    public nuint SegmentCount;
    public byte* Control;
    public nuint ControlLength;
    public int Flags;
}
