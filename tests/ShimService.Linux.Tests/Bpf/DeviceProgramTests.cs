using ShimService.Linux.Bpf;

namespace ShimService.Linux.Tests.Bpf;

public sealed class DeviceProgramTests
{
    private const DeviceKinds Both = DeviceKinds.Block | DeviceKinds.Character;

    private static readonly DeviceRule DenyAll = new(false, Both, null, null, DeviceAccess.All);

    private static readonly DeviceRule AllowAll = new(true, Both, null, null, DeviceAccess.All);

    [Fact]
    public void Compile_WhenThereAreNoRules_ThenEverythingIsDenied() =>
        Assert.False(Ask(DeviceProgram.Compile([]), DeviceKinds.Character, 1, 3, DeviceAccess.Read));

    [Fact]
    public void Compile_WhenARuleDecidesAll_ThenNothingUnreachableComesAfter()
    {
        Assert.Equal(8, DeviceProgram.Compile([AllowAll, DenyAll, AllowAll]).Length);
        Assert.True(Ask(DeviceProgram.Compile([DenyAll, AllowAll]), DeviceKinds.Block, 8, 0, DeviceAccess.All));
    }

    [Fact]
    public void Compile_WhenAccessIsAllowedInParts_ThenThePartsAddUp()
    {
        DeviceProgram program = DeviceProgram.Compile(
        [
            new DeviceRule(true, DeviceKinds.Character, 10, 229, DeviceAccess.Read),
            new DeviceRule(true, DeviceKinds.Character, 10, null, DeviceAccess.Write),
        ]);

        Assert.True(Ask(program, DeviceKinds.Character, 10, 229, DeviceAccess.Read | DeviceAccess.Write));
        Assert.False(Ask(program, DeviceKinds.Character, 10, 230, DeviceAccess.Read | DeviceAccess.Write));
        Assert.False(Ask(program, DeviceKinds.Block, 10, 229, DeviceAccess.Read));
    }

    [Fact]
    public void Compile_WhenRulesAreRandom_ThenTheLastThatMatchesDecidesEachAccess()
    {
        Random random = new(20261122);
        for (int round = 0; round < 500; round++)
        {
            DeviceRule[] rules = [.. Enumerable.Range(0, random.Next(10)).Select(_ => RandomRule(random))];
            DeviceProgram program = DeviceProgram.Compile(rules);
            for (int i = 0; i < 30; i++)
            {
                DeviceKinds kind = random.Next(2) == 0 ? DeviceKinds.Block : DeviceKinds.Character;
                (uint major, uint minor) = ((uint)random.Next(3), (uint)random.Next(3));
                DeviceAccess access = (DeviceAccess)random.Next(1, 8);
                bool expected = ((DeviceAccess[])[DeviceAccess.Make, DeviceAccess.Read, DeviceAccess.Write])
                    .Where(bit => (access & bit) != 0).All(bit => rules.LastOrDefault(rule => Matches(rule, kind, major, minor)
                        && (rule.Access & bit) != 0) is { Allow: true });
                Assert.True(expected == Ask(program, kind, major, minor, access),
                    $"{kind} {major}:{minor} {access} in {string.Join("; ", rules)}");
            }
        }
    }

    private static bool Matches(DeviceRule rule, DeviceKinds kind, uint major, uint minor) => (rule.Kinds & kind) != 0
        && (rule.Major ?? major) == major && (rule.Minor ?? minor) == minor;

    private static DeviceRule RandomRule(Random random) => new(random.Next(2) == 0, (DeviceKinds)random.Next(1, 4),
        random.Next(3) == 0 ? null : (uint)random.Next(3), random.Next(3) == 0 ? null : (uint)random.Next(3),
        (DeviceAccess)random.Next(1, 8));

    // A little of eBPF, as the kernel would run it.
    private static bool Ask(DeviceProgram program, DeviceKinds kind, uint major, uint minor, DeviceAccess access)
    {
        uint[] context = [((uint)access << 16) | (uint)kind, major, minor];
        uint[] registers = new uint[11];
        for (int at = 0; ; at++)
        {
            BpfInstruction instruction = program.Instructions[at];
            (int to, int from) = (instruction.Registers & 15, instruction.Registers >> 4);
            switch (instruction.Code)
            {
                case BpfInstruction.LoadWord: registers[to] = context[instruction.Offset / 4]; break;
                case BpfInstruction.MoveRegister: registers[to] = registers[from]; break;
                case BpfInstruction.MoveConstant: registers[to] = (uint)instruction.Constant; break;
                case BpfInstruction.AndConstant: registers[to] &= (uint)instruction.Constant; break;
                case BpfInstruction.ShiftRight: registers[to] >>= instruction.Constant; break;
                case BpfInstruction.JumpIfEqual:
                    at += registers[to] == (uint)instruction.Constant ? instruction.Offset : 0;
                    break;
                case BpfInstruction.JumpIfNotEqual:
                    at += registers[to] != (uint)instruction.Constant ? instruction.Offset : 0;
                    break;
                case BpfInstruction.Exit: return registers[0] == 1;
                default: throw new InvalidOperationException($"0x{instruction.Code:x}");
            }
        }
    }
}
