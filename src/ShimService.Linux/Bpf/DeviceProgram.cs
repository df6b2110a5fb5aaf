using System.Runtime.InteropServices;

namespace ShimService.Linux.Bpf;

/// <summary>
/// A program of type BPF_PROG_TYPE_CGROUP_DEVICE: decides whether processes of a v2 cgroup may open or make a device.
/// Immutable. Source: kernel Documentation/admin-guide/cgroup-v2.rst "Device controller".
/// </summary>
/// <remarks>
/// The rules are gone through from the last to the first. r3 holds what of the access is still to be decided: an allow
/// rule takes its part out, and nothing left is a yes; a deny rule that meets what is left is a no; so is the end.
/// </remarks>
public sealed class DeviceProgram
{
    private const byte Result = 0;
    private const byte Context = 1;
    private const byte Kind = 2;
    private const byte Access = 3;
    private const byte Major = 4;
    private const byte Minor = 5;
    private const byte Scratch = 6;

    private readonly BpfInstruction[] _instructions;

    private DeviceProgram(BpfInstruction[] instructions) => _instructions = instructions;

    public int Length => _instructions.Length;

    internal ReadOnlySpan<BpfInstruction> Instructions => _instructions;

    internal ReadOnlySpan<byte> Bytes => MemoryMarshal.AsBytes(_instructions.AsSpan());

    /// <summary>Later rules overrule earlier ones; what no rule names is denied. Pure.</summary>
    public static DeviceProgram Compile(IReadOnlyList<DeviceRule> rules)
    {
        List<BpfInstruction> program =
        [
            // struct bpf_cgroup_dev_ctx: u32 access_type = access << 16 | kind, u32 major, u32 minor.
            new(BpfInstruction.LoadWord, Registers(Kind, Context), 0, 0),
            new(BpfInstruction.MoveRegister, Registers(Access, Kind), 0, 0),
            new(BpfInstruction.ShiftRight, Access, 0, 16),
            new(BpfInstruction.AndConstant, Kind, 0, 0xFFFF),
            new(BpfInstruction.LoadWord, Registers(Major, Context), 4, 0),
            new(BpfInstruction.LoadWord, Registers(Minor, Context), 8, 0),
        ];
        bool decided = false;
        for (int i = rules.Count - 1; i >= 0 && !decided; i--)
        {
            // What comes before a rule that decides all can never be reached, which the verifier refuses.
            decided = rules[i].IsTotal;
            AddRule(program, rules[i]);
        }

        if (!decided)
        {
            AddAnswer(program, 0);
        }

        return new DeviceProgram([.. program]);
    }

    private static void AddRule(List<BpfInstruction> program, DeviceRule rule)
    {
        List<BpfInstruction> body = [];
        if (rule.Access != DeviceAccess.All && rule.Allow)
        {
            body.Add(new BpfInstruction(BpfInstruction.AndConstant, Access, 0, (int)(DeviceAccess.All & ~rule.Access)));
            body.Add(new BpfInstruction(BpfInstruction.JumpIfNotEqual, Access, 2, 0));
        }
        else if (rule.Access != DeviceAccess.All)
        {
            body.Add(new BpfInstruction(BpfInstruction.MoveRegister, Registers(Scratch, Access), 0, 0));
            body.Add(new BpfInstruction(BpfInstruction.AndConstant, Scratch, 0, (int)rule.Access));
            body.Add(new BpfInstruction(BpfInstruction.JumpIfEqual, Scratch, 2, 0));
        }

        AddAnswer(body, rule.Allow ? 1 : 0);

        List<(byte Register, int Value)> conditions = [];
        if (rule.Kinds is DeviceKinds.Character or DeviceKinds.Block)
        {
            conditions.Add((Kind, (int)rule.Kinds));
        }

        if (rule.Major is { } major)
        {
            conditions.Add((Major, (int)major));
        }

        if (rule.Minor is { } minor)
        {
            conditions.Add((Minor, (int)minor));
        }

        for (int i = 0; i < conditions.Count; i++)
        {
            int skip = conditions.Count - i - 1 + body.Count;
            program.Add(new BpfInstruction(
                BpfInstruction.JumpIfNotEqual, conditions[i].Register, (short)skip, conditions[i].Value));
        }

        program.AddRange(body);
    }

    private static void AddAnswer(List<BpfInstruction> program, int answer)
    {
        program.Add(new BpfInstruction(BpfInstruction.MoveConstant, Result, 0, answer));
        program.Add(new BpfInstruction(BpfInstruction.Exit, 0, 0, 0));
    }

    private static byte Registers(byte destination, byte source) => (byte)(destination | (source << 4));
}
