using System.Runtime.InteropServices;

namespace ShimService.Linux.Bpf;

/// <summary>
/// One instruction of eBPF: struct bpf_insn, with the registers in a byte, the destination in its low half.
/// Source: kernel Documentation/bpf/standardization/instruction-set.rst.
/// </summary>
[StructLayout(LayoutKind.Sequential)]
internal readonly record struct BpfInstruction(byte Code, byte Registers, short Offset, int Constant)
{
    public const byte LoadWord = 0x61;          // BPF_LDX | BPF_MEM | BPF_W
    public const byte MoveRegister = 0xBC;      // BPF_ALU | BPF_MOV | BPF_X
    public const byte MoveConstant = 0xB4;      // BPF_ALU | BPF_MOV | BPF_K
    public const byte AndConstant = 0x54;       // BPF_ALU | BPF_AND | BPF_K
    public const byte ShiftRight = 0x74;        // BPF_ALU | BPF_RSH | BPF_K
    public const byte JumpIfEqual = 0x15;       // BPF_JMP | BPF_JEQ | BPF_K
    public const byte JumpIfNotEqual = 0x55;    // BPF_JMP | BPF_JNE | BPF_K
    public const byte Exit = 0x95;              // BPF_JMP | BPF_EXIT
}
