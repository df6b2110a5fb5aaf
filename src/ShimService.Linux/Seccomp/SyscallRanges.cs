namespace ShimService.Linux.Seccomp;

/// <summary>
/// Turns a profile into decisions for every 32-bit system call number of an architecture: sorted ranges without a gap.
/// A profile of 400 names is about 60 ranges, which is what makes the program short.
/// </summary>
internal static class SyscallRanges
{
    private const ushort ENOSYS = (ushort)Errors.Errno.ENOSYS;

    // arm's private calls (cacheflush, set_tls, …) live far above the ordinary ones and say nothing about how new the
    // kernel was that a profile was written for.
    private const uint PrivateCalls = 0xF0000;

    public static List<SyscallRange> Make(SeccompProfile profile, SeccompArchitecture architecture)
    {
        Dictionary<uint, SyscallDecision> decisions = [];
        uint newest = 0;
        foreach (SeccompRule rule in profile.Rules)
        {
            foreach (string name in rule.Names)
            {
                uint? number = SyscallNumbers.Find(name, architecture);
                if (number is { } known && (known & ~SyscallNumbers.X32Bit) < PrivateCalls)
                {
                    newest = Math.Max(newest, known);
                }

                AddRule(decisions, profile, rule, name, number, architecture);
            }
        }

        return Fill(decisions, profile.DefaultVerdict, NewerThan(newest, profile.DefaultVerdict), newest);
    }

    // A call newer than the newest one a profile names was not known to its author: the C library expects ENOSYS for
    // it and falls back, where EPERM would make the program fail. Source: runc, libcontainer/seccomp/patchbpf.
    private static SeccompVerdict? NewerThan(uint newest, SeccompVerdict defaultVerdict) =>
        newest == 0 || defaultVerdict.IsPermissive ? null : SeccompVerdict.Errno(ENOSYS);

    private static void AddRule(
        Dictionary<uint, SyscallDecision> decisions,
        SeccompProfile profile,
        SeccompRule rule,
        string name,
        uint? number,
        SeccompArchitecture architecture)
    {
        // What equals the default adds nothing; libseccomp refuses such rules and the runtimes leave them out.
        if (rule.Verdict == profile.DefaultVerdict)
        {
            return;
        }

        bool wide = SeccompArchitectures.IsWide(architecture);
        foreach (SeccompCondition[] all in Alternatives(rule.Conditions))
        {
            SeccompCondition[] narrowed = wide ? all : Array.ConvertAll(all, Narrow);
            if (number is { } direct)
            {
                Decision(decisions, direct, profile.DefaultVerdict, wide).Add(narrowed, rule.Verdict);
            }

            if (architecture == SeccompArchitecture.X86 && SyscallMultiplexer.Find(name) is { } multiplexed)
            {
                SeccompCondition[] first =
                [
                    new SeccompCondition(0, SeccompComparison.Equal, multiplexed.First),
                    .. Array.FindAll(narrowed, static condition => condition.Argument != 0),
                ];
                Decision(decisions, multiplexed.Number, profile.DefaultVerdict, wide).Add(first, rule.Verdict);
            }
        }
    }

    // All conditions must hold, but if an argument appears twice each condition is a rule of its own: the reading that
    // runc began with and everybody kept.
    private static IEnumerable<SeccompCondition[]> Alternatives(IReadOnlyList<SeccompCondition> conditions)
    {
        int seen = 0;
        bool twice = false;
        foreach (SeccompCondition condition in conditions)
        {
            twice |= (seen & (1 << condition.Argument)) != 0;
            seen |= 1 << condition.Argument;
        }

        if (!twice)
        {
            yield return [.. conditions];
            yield break;
        }

        foreach (SeccompCondition condition in conditions)
        {
            yield return [condition];
        }
    }

    private static SeccompCondition Narrow(SeccompCondition condition) =>
        condition with { Value = (uint)condition.Value, Second = (uint)condition.Second };

    private static SyscallDecision Decision(
        Dictionary<uint, SyscallDecision> decisions, uint number, SeccompVerdict otherwise, bool wide)
    {
        if (!decisions.TryGetValue(number, out SyscallDecision? decision))
        {
            decision = new SyscallDecision(otherwise, wide);
            decisions.Add(number, decision);
        }

        return decision;
    }

    private static List<SyscallRange> Fill(
        Dictionary<uint, SyscallDecision> decisions, SeccompVerdict gap, SeccompVerdict? newer, uint newest)
    {
        List<SyscallRange> ranges = [];
        SyscallDecision old = new(gap, wide: false);
        SyscallDecision young = new(newer ?? gap, wide: false);
        ulong next = 0;
        uint[] numbers = [.. decisions.Keys];
        Array.Sort(numbers);
        foreach (uint number in numbers)
        {
            AddGap(ranges, next, number, newest, old, young);
            Append(ranges, number, decisions[number]);
            next = (ulong)number + 1;
        }

        AddGap(ranges, next, 1UL << 32, newest, old, young);
        return ranges;
    }

    private static void AddGap(
        List<SyscallRange> ranges, ulong from, ulong to, uint newest, SyscallDecision old, SyscallDecision young)
    {
        if (from < to && from <= newest)
        {
            Append(ranges, (uint)from, old);
        }

        ulong start = Math.Max(from, (ulong)newest + 1);
        if (start < to)
        {
            Append(ranges, (uint)start, young);
        }
    }

    private static void Append(List<SyscallRange> ranges, uint first, SyscallDecision decision)
    {
        if (ranges.Count == 0 || !ranges[^1].Decision.SameAs(decision))
        {
            ranges.Add(new SyscallRange(first, decision));
        }
    }
}
