using System.Runtime.InteropServices;

namespace ShimService.Linux.Seccomp;

/// <summary>One instruction of classic BPF: struct sock_filter. Source: include/uapi/linux/filter.h.</summary>
[StructLayout(LayoutKind.Sequential)]
internal readonly record struct FilterInstruction(ushort Code, byte True, byte False, uint Constant)
{
    public const ushort LoadWord = 0x20;        // BPF_LD | BPF_W | BPF_ABS
    public const ushort And = 0x54;             // BPF_ALU | BPF_AND | BPF_K
    public const ushort JumpAlways = 0x05;      // BPF_JMP | BPF_JA
    public const ushort JumpEqual = 0x15;       // BPF_JMP | BPF_JEQ | BPF_K
    public const ushort JumpGreater = 0x25;     // BPF_JMP | BPF_JGT | BPF_K
    public const ushort JumpGreaterOrEqual = 0x35;
    public const ushort Return = 0x06;          // BPF_RET | BPF_K
}
