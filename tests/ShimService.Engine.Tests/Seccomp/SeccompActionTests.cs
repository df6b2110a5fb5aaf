using ShimService.Engine.Tests.Support;
using ShimService.Oci.Model;
using ShimService.Tasks.Errors;

namespace ShimService.Engine.Tests.Seccomp;

/// <summary>Every action and operator, as a program in a container meets it.</summary>
[Collection(EngineCollection.Name)]
[Trait("Spec", "linux.seccomp.defaultAction")]
[Trait("Spec", "linux.seccomp.syscalls.names")]
[Trait("Spec", "linux.seccomp.syscalls.action")]
public sealed class SeccompActionTests
{
    private const int KilledBySigsys = 159;
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(20);

    [Theory]
    [Trait("Spec", "linux.seccomp.syscalls.errnoRet")]
    [InlineData(SeccompAction.KillThread, null, KilledBySigsys, "")]
    [InlineData(SeccompAction.KillProcess, null, KilledBySigsys, "")]
    [InlineData(SeccompAction.Trap, null, KilledBySigsys, "")]
    [InlineData(SeccompAction.Errno, null, 1, "Operation not permitted")]
    [InlineData(SeccompAction.Errno, 123, 1, "No medium found")]
    [InlineData(SeccompAction.Trace, null, 1, "Function not implemented")]
    [InlineData(SeccompAction.Log, null, 0, "")]
    public async Task Run_WhenACallHasAnAction_ThenTheProgramMeetsIt(
        SeccompAction action, int? errno, int status, string told)
    {
        var (ended, output) = await RunAsync(
            new LinuxSyscallRule { Names = ["mkdir", "mkdirat"], Action = action, ErrnoRet = (uint?)errno });

        Assert.Equal(status, ended);
        Assert.Contains(told, output, StringComparison.Ordinal);
    }

    // The mode busybox makes directories with is 0777 = 511, the second argument.
    [Theory]
    [Trait("Spec", "linux.seccomp.syscalls.args")]
    [InlineData(SeccompOperator.Equal, 511, 0, true)]
    [InlineData(SeccompOperator.NotEqual, 511, 0, false)]
    [InlineData(SeccompOperator.LessThan, 511, 0, false)]
    [InlineData(SeccompOperator.LessOrEqual, 511, 0, true)]
    [InlineData(SeccompOperator.GreaterThan, 510, 0, true)]
    [InlineData(SeccompOperator.GreaterOrEqual, 512, 0, false)]
    [InlineData(SeccompOperator.MaskedEqual, 0x3F, 0x3F, true)]
    [InlineData(SeccompOperator.MaskedEqual, 0x3F, 0x1F, false)]
    public async Task Run_WhenACallHasACondition_ThenItHoldsOrNot(SeccompOperator op, int value, int second, bool holds)
    {
        var condition = new LinuxSeccompArg { Index = 1, Value = (ulong)value, ValueTwo = (ulong)second, Op = op };
        var (ended, output) = await RunAsync(
            new LinuxSyscallRule { Names = ["mkdir"], Action = SeccompAction.Errno, ErrnoRet = 123, Args = [condition] },
            new LinuxSyscallRule
            {
                Names =
                    ["mkdirat"], Action = SeccompAction.Errno, ErrnoRet = 123, Args = [condition with { Index = 2 }],
            });

        Assert.Equal(holds ? 1 : 0, ended);
        Assert.Equal(holds, output.Contains("No medium found", StringComparison.Ordinal));
    }

    // getpid by the number it has for 32-bit programs (int 0x80), whose errno or 255 is the exit status.
    [X64Theory]
    [Trait("Spec", "linux.seccomp.architectures")]
    [InlineData(KilledBySigsys)]
    [InlineData(KilledBySigsys, "SCMP_ARCH_X86_64")]
    [InlineData(KilledBySigsys, "SCMP_ARCH_AARCH64")]
    [InlineData(42, "SCMP_ARCH_X86_64", "SCMP_ARCH_X86")]
    [InlineData(42, "SCMP_ARCH_X86")]
    public async Task Run_WhenACallIsOfAnotherArchitecture_ThenItsRuleHoldsOrItIsKilled(
        int status, params string[] architectures)
    {
        var program = Directory.CreateTempSubdirectory("shimservice-program-");
        try
        {
            var path = Path.Join(program.FullName, "getpid32");
            await File.WriteAllBytesAsync(path, TinyProgram.Make(
                [0xB8, 20, 0, 0, 0, 0xCD, 0x80, 0xF7, 0xD8, 0x89, 0xC7, 0xB8, 60, 0, 0, 0, 0x0F, 0x05]));
            File.SetUnixFileMode(path, (UnixFileMode)0x1ED);
            using var container = new RealContainer(
                spec => spec with
                {
                    Mounts =
                    [
                        .. spec.Mounts,
                        new MountSpec { Source = program.FullName, Destination = "/tmp", Options = ["bind", "ro"] },
                    ],
                    Linux = spec.Linux with
                    {
                        Seccomp = new LinuxSeccomp
                        {
                            DefaultAction = SeccompAction.Allow,
                            Architectures = architectures,
                            Syscalls =
                            [
                                new LinuxSyscallRule { Names = ["getpid"], Action = SeccompAction.Errno, ErrnoRet = 42 },
                            ],
                        },
                    },
                },
                "/tmp/getpid32");

            Assert.Equal(status, (await container.RunAsync().WaitAsync(Limit)).Status);
        }
        finally
        {
            program.Delete(recursive: true);
        }
    }

    [Theory]
    [InlineData(null)]
    [InlineData("org.example.other")]
    [InlineData("run.oci.seccomp_fail_unknown_syscall")]
    [Trait("Spec", "annotations")]
    public async Task Create_WhenACallIsUnknown_ThenItIsLeftOutUnlessThatIsToBeAnError(string? annotation)
    {
        using var container = new RealContainer(
            spec => spec with
            {
                Annotations = new Dictionary<string, string> { [annotation ?? "org.example.none"] = "1" },
                Linux = spec.Linux with
                {
                    Seccomp = new LinuxSeccomp
                    {
                        DefaultAction = SeccompAction.Allow,
                        Syscalls =
                        [
                            new LinuxSyscallRule
                            {
                                Names = ["arm_fadvise64_64", "unheard_of"], Action = SeccompAction.Errno,
                            },
                        ],
                    },
                },
            },
            "true");
        if (annotation?.StartsWith("run.oci", StringComparison.Ordinal) == true)
        {
            var failure = await Assert.ThrowsAsync<TaskException>(() => container.CreateAsync().WaitAsync(Limit));
            Assert.Equal("linux.seccomp.syscalls[0].names[1]", failure.Field);
            Assert.Empty(Host.Cgroups(container.Id));
            return;
        }

        Assert.Equal(0, (await container.RunAsync().WaitAsync(Limit)).Status);
    }

    [Fact]
    public async Task Run_WhenGetcwdIsDenied_ThenTheProgramIsToldSo()
    {
        using var container = new RealContainer(
            spec => spec with
            {
                Linux = spec.Linux with
                {
                    Seccomp = new LinuxSeccomp
                    {
                        DefaultAction = SeccompAction.Allow,
                        Syscalls = [new LinuxSyscallRule { Names = ["getcwd"], Action = SeccompAction.Errno }],
                    },
                },
            },
            "/bin/busybox", "pwd");
        var (status, output) = await container.RunAsync().WaitAsync(Limit);

        Assert.Equal(1, status);
        Assert.Contains("Operation not permitted", output, StringComparison.Ordinal);
    }

    private static async Task<(int Status, string Output)> RunAsync(params LinuxSyscallRule[] rules)
    {
        using var container = new RealContainer(
            spec => spec with
            {
                Linux = spec.Linux with
                {
                    Seccomp = new LinuxSeccomp { DefaultAction = SeccompAction.Allow, Syscalls = rules },
                },
            },
            "busybox", "mkdir", "/dev/made");
        return await container.RunAsync().WaitAsync(Limit);
    }
}
