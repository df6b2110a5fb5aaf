using System.Runtime.InteropServices;

namespace ShimService.Linux.Native;

/// <summary>struct loop_config, with what is used of its struct loop_info64. Source: linux/loop.h.</summary>
[StructLayout(LayoutKind.Explicit, Size = 304)]
internal unsafe struct LoopConfiguration
{
    public const int NameSize = 64;

    [FieldOffset(0)]
    public uint Backing;

    [FieldOffset(60)]
    public uint Flags;

    [FieldOffset(64)]
    public fixed byte Name[NameSize];
}
