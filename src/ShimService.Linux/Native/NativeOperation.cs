using System.Runtime.InteropServices;

namespace ShimService.Linux.Native;

/// <summary>One operation as the stub reads it: struct op of stub-x86_64.s, 80 bytes.</summary>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct NativeOperation
{
    public long Number;
    public fixed long Arguments[6];
    public long Minimum;
    public ulong Tolerated;
    public long* Store;
}
