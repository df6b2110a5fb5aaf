using System.Runtime.InteropServices;

namespace ShimService.Linux.Native;

/// <summary>struct iovec.</summary>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct SocketSegment
{
    public byte* Start;
    public nuint Length;
}
