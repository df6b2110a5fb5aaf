using ShimService.Engine.Compile.Seccomp;
using ShimService.Linux.Launch;
using ShimService.Linux.Seccomp;
using ShimService.Oci.Model;
using ShimService.Tasks.Errors;

namespace ShimService.Engine.Tests.Seccomp;

public sealed class SeccompProgramsTests
{
    private readonly SeccompPrograms _programs = new();

    [Fact]
    public void Compile_WhenContentIsEqual_ThenTheSameProgram() =>
        Assert.Same(_programs.Compile(Profile("mount", "umount2")), _programs.Compile(Profile("mount", "umount2")));

    [Fact]
    public void Compile_WhenAnythingDiffers_ThenAnotherProgram()
    {
        LinuxSeccomp plain = Profile("mount", "umount2");
        LinuxSyscallRule rule = plain.Syscalls[0];
        LinuxSeccomp[] all =
        [
            plain,
            Profile("mount umount2"),
            Profile("mount"),
            plain with { Flags = [] },
            plain with { Flags = [SeccompFlag.Log] },
            plain with { DefaultAction = SeccompAction.Log },
            plain with { Architectures = ["SCMP_ARCH_X86"] },
            plain with { Syscalls = [rule with { ErrnoRet = 2 }] },
            plain with { Syscalls = [rule with { Args = [new LinuxSeccompArg(0, 1, 0, SeccompOperator.Equal)] }] },
        ];

        HashSet<SeccompProgram> programs = [.. all[..8].Select(_programs.Compile)];
        Assert.Equal(8, programs.Count);
        Assert.DoesNotContain(_programs.Compile(all[8]), programs);
    }

    [Fact]
    public void Compile_WhenFlagsAreAbsent_ThenSpeculationIsLeftAlone()
    {
        Assert.Equal(SeccompFlags.SpeculationAllowed, _programs.Compile(Profile("mount")).Flags);
        Assert.Equal(SeccompFlags.None, _programs.Compile(Profile("mount") with { Flags = [] }).Flags);
    }

    [Fact]
    public void Compile_WhenTheActionIsNotify_ThenThereIsAListenerAndItsFlagsAreThoseTheKernelTakesWithOne()
    {
        LinuxSeccomp seccomp = Profile("mount") with { Flags = [SeccompFlag.Tsync, SeccompFlag.WaitKillableRecv] };
        SeccompProgram without = _programs.Compile(seccomp);
        SeccompProgram with = _programs.Compile(
            seccomp with { Syscalls = [seccomp.Syscalls[0] with { Action = SeccompAction.Notify }] });

        Assert.Equal((false, SeccompFlags.ThreadSync), (without.Notifies, without.Flags));
        Assert.Equal((true, SeccompFlags.NewListener | SeccompFlags.WaitKillable), (with.Notifies, with.Flags));
    }

    [Fact]
    public void Check_WhenALaterOperationIsDenied_ThenRefusedByItsName()
    {
        SeccompProgram program = _programs.Compile(Profile("capset", "prctl"));
        SeccompGuard.Check(program, [("change directory", SystemCall.Chdir, 0, 0)]);

        TaskException refused = Assert.Throws<TaskException>(() => SeccompGuard.Check(program,
            [("change directory", SystemCall.Chdir, 0, 0), ("set capabilities", SystemCall.Capset, 0, 0)]));
        Assert.Equal("set capabilities", refused.Step);
        Assert.Contains("capset", refused.Message, StringComparison.Ordinal);
        Assert.Contains("noNewPrivileges", refused.Message, StringComparison.Ordinal);
    }

    private static LinuxSeccomp Profile(params string[] names) => new()
    {
        DefaultAction = SeccompAction.Allow,
        Syscalls = [new LinuxSyscallRule { Names = names, Action = SeccompAction.Errno }],
    };
}
