using System.Runtime.InteropServices;

namespace ShimService.Linux.Native;

/// <summary>One operation as the stub reads it: struct op of stub-x86_64.s, 80 bytes.</summary>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct NativeOperation
{
    /// <summary>In <see cref="Tolerated"/>: a result above 0 ends the process quietly.</summary>
    public const ulong EndsParent = 1;

    public long Number;
    public fixed long Arguments[6];
    public long Minimum;
    public ulong Tolerated;
    public long* Store;
}
