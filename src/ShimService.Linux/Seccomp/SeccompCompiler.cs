namespace ShimService.Linux.Seccomp;

/// <summary>
/// Compiles a profile to a classic BPF program: the architecture, then a balanced tree of comparisons over the system
/// call number, then the conditions on arguments, 64 bits in two halves. Pure; any thread.
/// </summary>
public static class SeccompCompiler
{
    /// <summary>BPF_MAXINSNS: the kernel takes no longer program.</summary>
    public const int MostInstructions = 4096;

    private const uint NumberOffset = 0;
    private const uint ArchitectureOffset = 4;
    private const uint ArgumentsOffset = 16;

    /// <summary>For the machine this process runs on. Errors: <see cref="SeccompProfileException"/>.</summary>
    public static SeccompProgram Compile(SeccompProfile profile) => Compile(profile, SeccompArchitectures.Native);

    /// <summary>Whether any machine has a call of that name. One that none has makes no rule.</summary>
    public static bool Knows(string call) => SyscallNumbers.IsKnown(call);

    /// <summary>For a machine of another kind: for tests.</summary>
    internal static SeccompProgram Compile(SeccompProfile profile, SeccompArchitecture machine)
    {
        // What this kind of machine cannot run needs no place in the filter.
        List<SeccompArchitecture> architectures = [machine];
        foreach (SeccompArchitecture architecture in profile.Architectures)
        {
            if (SeccompArchitectures.RunsOn(architecture, machine) && !architectures.Contains(architecture))
            {
                architectures.Add(architecture);
            }
        }

        SeccompAssembler assembler = new();

        // A call that comes in by an architecture the profile does not list would be judged by the wrong numbers.
        int next = assembler.Return(SeccompVerdict.KillThread);
        for (int i = architectures.Count - 1; i >= 0; i--)
        {
            SeccompArchitecture architecture = architectures[i];
            if (architecture == SeccompArchitecture.X32)
            {
                continue;
            }

            List<SyscallRange> ranges = SyscallRanges.Make(profile, architecture);
            if (architecture == SeccompArchitecture.X64)
            {
                ranges = WithX32(ranges, profile, architectures.Contains(SeccompArchitecture.X32));
            }

            int before = assembler.Length;
            assembler.Continue(EmitTree(assembler, ranges, 0, ranges.Count));
            int start = assembler.Load(NumberOffset);
            if (assembler.Length - before > MostInstructions)
            {
                break;
            }

            next = assembler.Jump(
                FilterInstruction.JumpEqual, SeccompArchitectures.Token(architecture), start, next);
        }

        assembler.Load(ArchitectureOffset);
        return assembler.Length <= MostInstructions
            ? new SeccompProgram(assembler.Finish(), profile.Flags)
            : throw new SeccompProfileException(
                $"the profile needs more than the {MostInstructions} instructions the kernel takes; " +
                "give fewer rules with arguments, or fewer architectures");
    }

    // x32 calls come with x64's token and a bit in the number. Without x32 in the profile they are of a foreign
    // architecture; but −1, which a tracer sets to skip a call, is nobody's.
    private static List<SyscallRange> WithX32(List<SyscallRange> x64, SeccompProfile profile, bool listed)
    {
        List<SyscallRange> joined = x64.FindAll(static range => range.First < SyscallNumbers.X32Bit);
        if (listed)
        {
            List<SyscallRange> x32 = SyscallRanges.Make(profile, SeccompArchitecture.X32);
            int first = x32.FindLastIndex(static range => range.First <= SyscallNumbers.X32Bit);
            joined.Add(new SyscallRange(SyscallNumbers.X32Bit, x32[first].Decision));
            joined.AddRange(x32[(first + 1)..]);
            return joined;
        }

        SyscallDecision last = x64[^1].Decision;
        if (!profile.DefaultVerdict.IsPermissive && last.Otherwise != profile.DefaultVerdict)
        {
            return joined;
        }

        joined.Add(
            new SyscallRange(SyscallNumbers.X32Bit, new SyscallDecision(SeccompVerdict.KillThread, wide: false)));
        joined.Add(new SyscallRange(uint.MaxValue, last));
        return joined;
    }

    private static int EmitTree(SeccompAssembler assembler, List<SyscallRange> ranges, int low, int high)
    {
        if (high - low == 1)
        {
            return EmitDecision(assembler, ranges[low].Decision);
        }

        int middle = (low + high) / 2;
        int upper = EmitTree(assembler, ranges, middle, high);
        int lower = EmitTree(assembler, ranges, low, middle);
        return assembler.Jump(FilterInstruction.JumpGreaterOrEqual, ranges[middle].First, upper, lower);
    }

    private static int EmitDecision(SeccompAssembler assembler, SyscallDecision decision)
    {
        int next = assembler.Return(decision.Otherwise);
        for (int i = decision.Alternatives.Count - 1; i >= 0; i--)
        {
            (SeccompCondition[] all, SeccompVerdict verdict) = decision.Alternatives[i];
            int match = assembler.Return(verdict);
            for (int j = all.Length - 1; j >= 0; j--)
            {
                match = EmitCondition(assembler, all[j], decision.Wide, match, next);
            }

            next = match;
        }

        return next;
    }

    // The accumulator is free here: the number has been decided on, and each condition loads what it looks at.
    private static int EmitCondition(
        SeccompAssembler assembler, SeccompCondition condition, bool wide, int match, int next) =>
        condition.Comparison switch
        {
            SeccompComparison.Equal => EmitEqual(assembler, condition, wide, match, next),
            SeccompComparison.NotEqual => EmitEqual(assembler, condition, wide, next, match),
            SeccompComparison.MaskedEqual => EmitMasked(assembler, condition, wide, match, next),
            SeccompComparison.LessThan =>
                EmitOrder(assembler, FilterInstruction.JumpGreaterOrEqual, condition, wide, next, match),
            SeccompComparison.LessOrEqual =>
                EmitOrder(assembler, FilterInstruction.JumpGreater, condition, wide, next, match),
            SeccompComparison.GreaterOrEqual =>
                EmitOrder(assembler, FilterInstruction.JumpGreaterOrEqual, condition, wide, match, next),
            SeccompComparison.GreaterThan =>
                EmitOrder(assembler, FilterInstruction.JumpGreater, condition, wide, match, next),
            _ => throw new ArgumentOutOfRangeException(nameof(condition)),
        };

    private static int EmitEqual(
        SeccompAssembler assembler, SeccompCondition condition, bool wide, int equal, int other)
    {
        assembler.Jump(FilterInstruction.JumpEqual, (uint)condition.Value, equal, other);
        int lower = assembler.Load(Low(condition));
        if (!wide)
        {
            return lower;
        }

        assembler.Jump(FilterInstruction.JumpEqual, (uint)(condition.Value >> 32), lower, other);
        return assembler.Load(High(condition));
    }

    private static int EmitMasked(
        SeccompAssembler assembler, SeccompCondition condition, bool wide, int match, int next)
    {
        // Bits outside of the mask do not count on either side, as with libseccomp.
        ulong expected = condition.Second & condition.Value;
        assembler.Jump(FilterInstruction.JumpEqual, (uint)expected, match, next);
        assembler.And((uint)condition.Value);
        int lower = assembler.Load(Low(condition));
        if (!wide)
        {
            return lower;
        }

        assembler.Jump(FilterInstruction.JumpEqual, (uint)(expected >> 32), lower, next);
        assembler.And((uint)(condition.Value >> 32));
        return assembler.Load(High(condition));
    }

    // The upper halves decide unless they are equal.
    private static int EmitOrder(
        SeccompAssembler assembler, ushort code, SeccompCondition condition, bool wide, int greater, int smaller)
    {
        assembler.Jump(code, (uint)condition.Value, greater, smaller);
        int lower = assembler.Load(Low(condition));
        if (!wide)
        {
            return lower;
        }

        uint highValue = (uint)(condition.Value >> 32);
        int equal = assembler.Jump(FilterInstruction.JumpEqual, highValue, lower, smaller);
        assembler.Jump(FilterInstruction.JumpGreater, highValue, greater, equal);
        return assembler.Load(High(condition));
    }

    private static uint Low(SeccompCondition condition) => ArgumentsOffset + ((uint)condition.Argument * 8);

    private static uint High(SeccompCondition condition) => Low(condition) + 4;
}
