using ShimService.Linux.Seccomp;

namespace ShimService.Linux.Tests.Seccomp;

public sealed class SeccompModelTests
{
    private static readonly string[] Names = ["read", "clone", "socket", "ioctl", "mmap", "personality", "openat2"];

    private static readonly SeccompVerdict[] Verdicts = [SeccompVerdict.Allow, SeccompVerdict.KillThread,
        SeccompVerdict.KillProcess, SeccompVerdict.Trap, SeccompVerdict.Log, SeccompVerdict.Errno(38),
        SeccompVerdict.Errno(1), SeccompVerdict.Trace(9)];

    [Fact]
    public void Compile_WhenRulesOverlap_ThenEveryCallGetsWhatTheRulesSay()
    {
        Random random = new(20261122);
        for (int round = 0; round < 200; round++)
        {
            SeccompProfile profile = new(Verdicts[random.Next(Verdicts.Length)],
                [.. Enumerable.Range(0, random.Next(1, 12)).Select(_ => RandomRule(random))]);
            SeccompProgram program = SeccompCompiler.Compile(profile, SeccompArchitecture.X64);
            foreach (string name in profile.Rules.SelectMany(rule => rule.Names).Distinct())
            {
                for (int call = 0; call < 40; call++)
                {
                    Check(profile, program, RandomCall(random, SyscallNumbers.Find(name, SeccompArchitecture.X64)!.Value));
                }
            }
        }
    }

    [Fact]
    public void Compile_WhenACallIsNewerThanTheProfile_ThenEnosysInsteadOfTheDefault()
    {
        SeccompProgram program = SeccompCompiler.Compile(
            new SeccompProfile(SeccompVerdict.Errno(1), [new SeccompRule(["read", "statx"], SeccompVerdict.Allow, [])]),
            SeccompArchitecture.X64);

        Assert.Equal(SeccompVerdict.Allow, Evaluate(program, 332));
        Assert.Equal(SeccompVerdict.Errno(1), Evaluate(program, 331));
        Assert.Equal(SeccompVerdict.Errno(38), Evaluate(program, 333));
        Assert.Equal(SeccompVerdict.Errno(38), Evaluate(program, 9999));
    }

    [Fact]
    public void Compile_WhenTheDefaultLetsCallsThrough_ThenNewerOnesToo()
    {
        SeccompRule rule = new(["mount"], SeccompVerdict.Errno(1), []);
        foreach (SeccompVerdict verdict in (SeccompVerdict[])
            [SeccompVerdict.Allow, SeccompVerdict.Log, SeccompVerdict.Trace(1)])
        {
            SeccompProgram program =
                SeccompCompiler.Compile(new SeccompProfile(verdict, [rule]), SeccompArchitecture.X64);
            Assert.Equal(verdict, Evaluate(program, 450));
        }
    }

    [Fact]
    public void Compile_WhenX32IsNotListed_ThenItsCallsAreNotJudgedByTheNumbersOfX64()
    {
        SeccompProgram program = SeccompCompiler.Compile(
            new SeccompProfile(SeccompVerdict.Allow, [new SeccompRule(["mount"], SeccompVerdict.Errno(1), [])]),
            SeccompArchitecture.X64);

        Assert.Equal(SeccompVerdict.KillThread, Evaluate(program, SyscallNumbers.X32Bit + 165));
        Assert.Equal(SeccompVerdict.Allow, Evaluate(program, uint.MaxValue));
    }

    [Fact]
    public void Compile_WhenTheProfileIsTooLong_ThenRefusedWithTheReason()
    {
        List<SeccompRule> rules = [];
        SyscallNumbers.VisitNames(name => rules.Add(new SeccompRule([name], SeccompVerdict.Allow,
            [.. Enumerable.Range(0, 6).Select(i => new SeccompCondition(i, SeccompComparison.Equal, (ulong)rules.Count))])));

        SeccompProfileException refused = Assert.Throws<SeccompProfileException>(
            () => SeccompCompiler.Compile(new SeccompProfile(SeccompVerdict.Errno(1), rules)));
        Assert.Contains("4096", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Compile_WhenTheProgramIsLong_ThenFarJumpsReachTheirTargets()
    {
        List<SeccompRule> rules = [];
        SyscallNumbers.VisitNames(name => rules.Add(new SeccompRule([name], Verdicts[rules.Count % Verdicts.Length],
            [new SeccompCondition(1, SeccompComparison.GreaterThan, (ulong)rules.Count)])));
        SeccompProfile profile = new(SeccompVerdict.Errno(1), rules);
        SeccompProgram program = SeccompCompiler.Compile(profile, SeccompArchitecture.X64);

        Assert.InRange(program.Length, 1500, SeccompCompiler.MostInstructions);
        foreach (string name in rules.Where((_, i) => i % 5 == 0).Select(rule => rule.Names[0]))
        {
            if (SyscallNumbers.Find(name, SeccompArchitecture.X64) is { } number)
            {
                foreach (ulong argument in (ulong[])[0, 100, 200, 300, 500])
                {
                    Check(profile, program, new SeccompCall(number, 0xC000003E, 0, argument, 0, 0, 0, 0));
                }
            }
        }
    }

    [Fact]
    public void FindDenied_WhenSomeCallsAreDenied_ThenThoseInOrder()
    {
        SeccompProgram program = SeccompCompiler.Compile(new SeccompProfile(SeccompVerdict.Allow,
            [new SeccompRule(["capset"], SeccompVerdict.Errno(1), []),
             new SeccompRule(["prctl"], SeccompVerdict.KillProcess, [new(0, SeccompComparison.Equal, 38)])]));
        uint Number(string name) => SyscallNumbers.Find(name, SeccompArchitectures.Native)!.Value;
        SeccompCall capset = SeccompCall.Native(Number("capset"));
        SeccompCall prctl = SeccompCall.Native(Number("prctl"), 38, 1);

        Assert.Equal([prctl, capset], program.FindDenied([SeccompCall.Native(Number("prctl"), 8), prctl, capset]));
    }

    private static SeccompVerdict Evaluate(SeccompProgram program, uint number) =>
        program.Evaluate(new SeccompCall(number, 0xC000003E, 0, 0, 0, 0, 0, 0));

    private static void Check(SeccompProfile profile, SeccompProgram program, SeccompCall call)
    {
        SeccompVerdict expected = SeccompModel.Evaluate(profile, SeccompArchitecture.X64, call);
        SeccompVerdict found = program.Evaluate(call);
        Assert.True(
            expected == found, $"{call}: expected {expected}, found {found}\n{SeccompEquivalence.Describe(profile)}");
    }

    private static SeccompCall RandomCall(Random random, uint number) => new(number, 0xC000003E,
        RandomValue(random), RandomValue(random), RandomValue(random), 0, 0, 0);

    private static ulong RandomValue(Random random) => (ulong)random.Next(9) << (random.Next(3) * 16);

    private static SeccompRule RandomRule(Random random)
    {
        string[] names = [.. Enumerable.Range(0, random.Next(1, 4)).Select(_ => Names[random.Next(Names.Length)])];
        SeccompCondition[] conditions = [.. Enumerable.Range(0, random.Next(4)).Select(_ => new SeccompCondition(
            random.Next(3), (SeccompComparison)random.Next(7), RandomValue(random), RandomValue(random)))];
        return new SeccompRule(names, Verdicts[random.Next(Verdicts.Length)], conditions);
    }
}
