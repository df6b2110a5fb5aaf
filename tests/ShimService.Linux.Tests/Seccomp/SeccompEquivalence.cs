using ShimService.Linux.Seccomp;

namespace ShimService.Linux.Tests.Seccomp;

/// <summary>
/// Runs our program and libseccomp's over every number of every architecture, with arguments that matter.
/// </summary>
internal static class SeccompEquivalence
{
    private const uint Enosys = 0x00050000 | 38;

    public static void Check(SeccompProfile profile, SeccompArchitecture machine)
    {
        SeccompProgram ours = SeccompCompiler.Compile(profile, machine);
        SeccompProgram theirs = LibSeccomp.Build(profile, machine);
        Dictionary<SeccompArchitecture, uint> newest = Newest(profile);
        HashSet<(SeccompArchitecture, uint)> unknown = [.. profile.Rules.SelectMany(rule => rule.Names)
            .Where(name => !LibSeccomp.Knows(name))
            .SelectMany(name => Enum.GetValues<SeccompArchitecture>()
                .Select(architecture => (architecture, SyscallNumbers.Find(name, architecture) ?? uint.MaxValue)))];
        foreach (SeccompCall call in Calls(profile))
        {
            if (unknown.Contains((ArchitectureOf(profile, call), call.Number)))
            {
                continue;
            }

            SeccompVerdict expected = theirs.Evaluate(call);
            SeccompVerdict found = ours.Evaluate(call);

            // What is newer than the profile: ENOSYS instead of the default, which libseccomp does not do.
            if (found != expected && !(found.Value == Enosys
                && newest.TryGetValue(ArchitectureOf(profile, call), out uint last) && call.Number > last))
            {
                Assert.Fail($"{call}: libseccomp {expected}, ours {found}\n{Describe(profile)}");
            }
        }
    }

    public static string Describe(SeccompProfile profile) =>
        $"default {profile.DefaultVerdict}, {string.Join(' ', profile.Architectures)}\n" + string.Join('\n', profile.Rules
            .Select(rule => $"{rule.Verdict}: {string.Join(' ', rule.Names)} {string.Join(" && ", rule.Conditions)}"));

    private static Dictionary<SeccompArchitecture, uint> Newest(SeccompProfile profile)
    {
        Dictionary<SeccompArchitecture, uint> newest = [];
        foreach (SeccompArchitecture architecture in Enum.GetValues<SeccompArchitecture>())
        {
            foreach (string name in profile.DefaultVerdict.IsPermissive ? [] : profile.Rules.SelectMany(r => r.Names))
            {
                if (SyscallNumbers.Find(name, architecture) is { } number
                    && (number & ~SyscallNumbers.X32Bit) < 0xF0000)
                {
                    newest[architecture] = Math.Max(newest.GetValueOrDefault(architecture), number);
                }
            }
        }

        return newest;
    }

    private static SeccompArchitecture ArchitectureOf(SeccompProfile profile, SeccompCall call)
    {
        SeccompArchitecture first = Enum.GetValues<SeccompArchitecture>()
            .FirstOrDefault(architecture => SeccompArchitectures.Token(architecture) == call.Architecture);
        return first == SeccompArchitecture.X64 && call.Number >= SyscallNumbers.X32Bit
            && profile.Architectures.Contains(SeccompArchitecture.X32) ? SeccompArchitecture.X32 : first;
    }

    private static IEnumerable<SeccompCall> Calls(SeccompProfile profile)
    {
        HashSet<uint> conditional = [102, 117];
        List<ulong>[] values = [.. Enumerable.Range(0, 6).Select(_ => new List<ulong> { 0, 1 })];
        foreach (SeccompRule rule in profile.Rules.Where(rule => rule.Conditions.Count > 0))
        {
            foreach (string name in rule.Names)
            {
                foreach (SeccompArchitecture architecture in Enum.GetValues<SeccompArchitecture>())
                {
                    if (SyscallNumbers.Find(name, architecture) is { } number)
                    {
                        conditional.Add(number);
                    }
                }
            }

            foreach (SeccompCondition condition in rule.Conditions)
            {
                ulong value = condition.Value;
                values[condition.Argument].AddRange(
                    [value, value - 1, value + 1, value ^ (1UL << 32), (uint)value, condition.Second,
                     condition.Second | ~value, condition.Second ^ 1]);
            }
        }

        uint[] tokens = [.. Enum.GetValues<SeccompArchitecture>().Select(SeccompArchitectures.Token).Distinct()];
        foreach (uint token in tokens.Append(0x80000015u))
        {
            bool narrow = (token & 0x80000000) == 0;
            foreach (uint number in Numbers())
            {
                yield return new SeccompCall(number, token, 0, 0, 0, 0, 0, 0);
                foreach (ulong[] a in conditional.Contains(number) ? Arguments(values, narrow) : [])
                {
                    yield return new SeccompCall(number, token, a[0], a[1], a[2], a[3], a[4], a[5]);
                }
            }
        }
    }

    private static IEnumerable<uint> Numbers() =>
        Enumerable.Range(0, 480).Select(n => (uint)n)
            .Concat(Enumerable.Range(0, 480).Select(n => (uint)n | SyscallNumbers.X32Bit))
            .Concat(new uint[] { 983040, 983041, 983042, 983043, 983044, 983045, 983046, 983047, uint.MaxValue, 0x3FFFFFFF });

    // Every value at every position, and all pairs of the first two arguments that conditions look at.
    private static IEnumerable<ulong[]> Arguments(List<ulong>[] values, bool narrow)
    {
        ulong mask = narrow ? uint.MaxValue : ulong.MaxValue;
        int[] used = [.. Enumerable.Range(0, 6).Where(i => values[i].Count > 2)];
        foreach (int one in used)
        {
            foreach (ulong a in values[one].Distinct())
            {
                foreach (int other in used)
                {
                    foreach (ulong b in values[other].Distinct())
                    {
                        ulong[] arguments = new ulong[6];
                        arguments[other] = b & mask;
                        arguments[one] = a & mask;
                        yield return arguments;
                    }
                }
            }
        }

        for (ulong first = 0; first <= 24; first++)
        {
            foreach (ulong b in used.Contains(1) ? values[1].Distinct() : [0UL])
            {
                yield return [first, b & mask, 0, 0, 0, 0];
            }
        }
    }
}
