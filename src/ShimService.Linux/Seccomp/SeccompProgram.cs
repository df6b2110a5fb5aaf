using System.Runtime.InteropServices;

namespace ShimService.Linux.Seccomp;

/// <summary>
/// A compiled filter: what seccomp(SECCOMP_SET_MODE_FILTER, flags, {length, instructions}) takes. Immutable, shared by
/// all containers with the same profile.
/// </summary>
public sealed class SeccompProgram
{
    private readonly FilterInstruction[] _instructions;

    internal SeccompProgram(FilterInstruction[] instructions, SeccompFlags flags)
    {
        _instructions = instructions;
        Notifies = Array.Exists(instructions, static instruction =>
            instruction.Code == FilterInstruction.Return && instruction.Constant == SeccompVerdict.Notify.Value);

        // The kernel takes the one flag with a listener only, and the other without one only; a launch has one thread.
        Flags = Notifies
            ? (flags & ~SeccompFlags.ThreadSync) | SeccompFlags.NewListener
            : flags & ~SeccompFlags.WaitKillable;
    }

    /// <summary>Some call is somebody else's to decide: loading it makes a listener, which they need.</summary>
    public bool Notifies { get; }

    public SeccompFlags Flags { get; }

    /// <summary>Number of instructions: sock_fprog.len.</summary>
    public int Length => _instructions.Length;

    /// <summary>The array of struct sock_filter, 8 bytes each, in the machine's byte order.</summary>
    public ReadOnlySpan<byte> Instructions => MemoryMarshal.AsBytes(_instructions.AsSpan());

    /// <summary>What the kernel would do with a call.</summary>
    public SeccompVerdict Evaluate(in SeccompCall call)
    {
        uint accumulator = 0;
        for (int at = 0; ; at++)
        {
            FilterInstruction instruction = _instructions[at];
            uint constant = instruction.Constant;
            switch (instruction.Code)
            {
                case FilterInstruction.LoadWord:
                    accumulator = Load(call, constant);
                    break;
                case FilterInstruction.And:
                    accumulator &= constant;
                    break;
                case FilterInstruction.JumpAlways:
                    at += (int)constant;
                    break;
                case FilterInstruction.JumpEqual:
                    at += accumulator == constant ? instruction.True : instruction.False;
                    break;
                case FilterInstruction.JumpGreater:
                    at += accumulator > constant ? instruction.True : instruction.False;
                    break;
                case FilterInstruction.JumpGreaterOrEqual:
                    at += accumulator >= constant ? instruction.True : instruction.False;
                    break;
                case FilterInstruction.Return:
                    return new SeccompVerdict(constant);
                default:
                    throw new InvalidOperationException($"instruction 0x{instruction.Code:x} is not one we emit");
            }
        }
    }

    /// <summary>
    /// Those of some calls that the filter would not let through, in order. For the operations a launch makes after it
    /// has loaded the filter: refuse a profile that denies one, by name, before anything is started.
    /// </summary>
    public IReadOnlyList<SeccompCall> FindDenied(IEnumerable<SeccompCall> calls)
    {
        List<SeccompCall> denied = [];
        foreach (SeccompCall call in calls)
        {
            if (!Evaluate(call).Permits)
            {
                denied.Add(call);
            }
        }

        return denied;
    }

    // struct seccomp_data: int nr, u32 arch, u64 instruction_pointer, u64 args[6]; all our machines are little-endian.
    private static uint Load(in SeccompCall call, uint offset) => offset switch
    {
        0 => call.Number,
        4 => call.Architecture,
        < 16 => 0,
        _ => (uint)(call.Argument((int)(offset - 16) / 8) >> (int)((offset & 4) * 8)),
    };
}
