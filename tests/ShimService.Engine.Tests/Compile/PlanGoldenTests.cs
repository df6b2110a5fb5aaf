using ShimService.Engine.Compile;
using ShimService.Engine.Compile.Input;
using ShimService.Engine.Launching;
using ShimService.Linux.Abi;
using ShimService.Linux.Launch;
using ShimService.Linux.Seccomp;
using ShimService.Oci.Model;

namespace ShimService.Engine.Tests.Compile;

public sealed class PlanGoldenTests
{
    private static readonly SeccompProgram Filter = SeccompCompiler.Compile(
        new SeccompProfile(SeccompVerdict.Allow, [new SeccompRule(["getcwd"], SeccompVerdict.Errno(1), [])]));

    private static readonly MountSpec Dev = new()
    {
        Destination = "/dev", Type = "tmpfs", Source = "tmpfs", Options = ["nosuid", "mode=755"],
    };

    private static readonly MountSpec Proc = new() { Destination = "/proc", Type = "proc", Source = "proc" };

    [Fact]
    public void Compile_WhenConfigIsPlainOnHybrid_ThenGolden() => Check("plain-hybrid", Samples.Plain);

    [Fact]
    public void Compile_WhenConfigIsPlainOnUnified_ThenGolden() =>
        Check("plain-unified", Samples.Plain with { Cgroup = new CgroupPlacement { Unified = true } });

    [Fact]
    public void Compile_WhenUserNamespaceIsNew_ThenGolden() =>
        Check("user-namespace", Samples.Plain.WithLinux(linux => linux with
        {
            Namespaces = [.. linux.Namespaces, new LinuxNamespace(LinuxNamespaceKind.User)],
            UidMappings = [new LinuxIdMapping(0, 100000, 65536)],
            GidMappings = [new LinuxIdMapping(0, 200000, 65536)],
            MaskedPaths = ["/proc/kcore"],
            ReadonlyPaths = ["/proc/sys"],
        }).WithMounts(Proc, Dev).WithProcess(process => process with
        {
            OomScoreAdj = 100,
            Rlimits = [new PosixRlimit(RlimitKind.OpenFiles, 10, 20)],
        }));

    [Fact]
    public void Compile_WhenClocksAreSetAndMountsAreShared_ThenGolden() =>
        Check("clocks-shared", Samples.Plain.WithLinux(linux => linux with
        {
            Namespaces = [.. linux.Namespaces, new LinuxNamespace(LinuxNamespaceKind.Time)],
            TimeOffsets = [new LinuxTimeOffset("monotonic", 7, 8)],
            RootfsPropagation = RootfsPropagation.RecursiveShared,
            MaskedPaths = [],
            ReadonlyPaths = [],
        }).WithMounts() with { RootMount = "/images" });

    [Fact]
    public void Compile_WhenThereAreHooksOfCreate_ThenThePlanStopsForThemOnceBeforeAnythingIsHidden()
    {
        var hook = new HookSpec("/bin/hook", []);
        var plain = ContainerCompiler.Compile(Samples.Plain).Plan.ToString().Split('\n');
        var hooked = ContainerCompiler.Compile(Samples.Plain with
        {
            Spec = Samples.Plain.Spec with { Hooks = new HooksSpec { Prestart = [hook], CreateContainer = [hook] } },
        }).Plan;
        var later = ContainerCompiler.Compile(Samples.Plain with
        {
            Spec = Samples.Plain.Spec with { Hooks = new HooksSpec { StartContainer = [hook], Poststop = [hook] } },
        }).Plan;

        Assert.Equal(["hooks", "start"], hooked.Rendezvous.Select(rendezvous => rendezvous.Name));
        Assert.StartsWith(
            "mask ", hooked.Operations[hooked.Rendezvous[0].Operation + 1].Step, StringComparison.Ordinal);
        Assert.Equal(plain, later.ToString().Split('\n'));
    }

    [Theory]
    [InlineData(HookKind.CreateContainer, "hook-create-container")]
    [InlineData(HookKind.StartContainer, "hook-start-container")]
    public void CompileHook_WhenItRunsInTheContainer_ThenGolden(HookKind kind, string name)
    {
        const NamespaceFlags joined = NamespaceFlags.Mount | NamespaceFlags.Pid | NamespaceFlags.User;
        var request = new HookPlanRequest(
            kind, new HookSpec("/bin/hook", ["hook", "it"]) { Env = ["A=1"] }, Samples.Plain.Spec, joined, ["memory"])
        {
            Bundle = "/run/bundle",
        };
        Golden.Check(name, HookCompiler.Compile(request, new ExecInput
        {
            Process = Samples.Plain.Spec.Process! with { OomScoreAdj = 5 },
            Joined = joined,
            Host = Samples.Host,
            TasksFiles = ["memory"],
        }));
    }

    [Fact]
    public void Compile_WhenTerminalAndUser_ThenGolden() =>
        Check("terminal-user", Samples.Plain.WithProcess(process => process with
        {
            Terminal = true,
            ConsoleSize = new ConsoleSize(80, 25),
            Cwd = "/var/lib/app",
            User = new UserSpec { Uid = 1000, Gid = 1000, Umask = 63, AdditionalGids = [5, 6] },
            Capabilities = new LinuxCapabilities
            {
                Bounding = ["CAP_KILL", "CAP_CHOWN"],
                Permitted = ["CAP_KILL", "CAP_CHOWN"],
                Effective = ["CAP_KILL"],
                Inheritable = ["CAP_KILL"],
                Ambient = ["CAP_KILL", "CAP_CHOWN"],
            },
            NoNewPrivileges = true,
            Rlimits = [new PosixRlimit(RlimitKind.OpenFiles, 10, ulong.MaxValue)],
            OomScoreAdj = 5,
            Env = ["PATH=/bin", "HOME=", "A=1", "A=2"],
        }).WithLinux(linux => linux with { MaskedPaths = [], ReadonlyPaths = [] })
        with { Seccomp = Filter, Cgroup = CgroupPlacement.None });

    [Fact]
    public void Compile_WhenBinds_ThenGolden() => Check("binds", Bare(
        Proc,
        Dev,
        Bind("/srv/file", "/etc/resolv.conf", "rbind", "ro", "rprivate"),
        Bind("/srv/file", "/etc/new/deep/file", "bind"),
        Bind("/srv/dir", "/data/../volume/", "rbind", "rro", "noatime", "nosuid", "dev", "slave"),
        Bind("relative", "/volume/inner", "bind", "rw"),
        new MountSpec { Destination = "/tmp", Type = "tmpfs", Source = "tmpfs", Options = ["ro", "size=1m", "huge=never"] },
        new MountSpec { Destination = "/tmp/below", Type = "tmpfs", Source = "tmpfs" },
        Bind("/srv/file", "/tmp/below/file", "bind"),
        Bind("/srv/file", "/proc/meminfo", "bind"))
        .With(spec => spec with { Root = spec.Root! with { Readonly = true } }));

    [Fact]
    public void Compile_WhenATmpfsShowsWhatItHides_ThenGolden() => Check("tmpfs-copied-up", Bare(
        Proc,
        new MountSpec { Destination = "/etc", Type = "tmpfs", Options = ["tmpcopyup", "nosuid", "mode=750"] },
        new MountSpec { Destination = "/new", Type = "tmpfs", Options = ["tmpcopyup", "ro"] },
        new MountSpec { Destination = "/usr/share", Type = "tmpfs", Options = ["tmpcopyup", "ro", "size=1m"] })
        .WithLinux(linux => linux with { MaskedPaths = [], ReadonlyPaths = [] }));

    [Fact]
    public void Compile_WhenNamespacesAreJoinedAndDevIsTheImages_ThenGolden() => Check("joined-no-dev", Bare()
        .WithLinux(linux => linux with
        {
            Namespaces =
            [
                new LinuxNamespace(
                    LinuxNamespaceKind.Mount), new LinuxNamespace(LinuxNamespaceKind.Pid, "/proc/7/ns/pid"),
                new LinuxNamespace(LinuxNamespaceKind.Network, "/run/netns/a"),
                new LinuxNamespace(LinuxNamespaceKind.Uts, "/proc/7/ns/uts"),
            ],
            MaskedPaths = ["/etc/resolv.conf", "/usr/share", "/etc/resolv.conf"],
            ReadonlyPaths = ["/etc", "/missing"],
            RootfsPropagation = RootfsPropagation.RecursivePrivate,
        }));

    [Fact]
    public void Compile_WhenUserNamespaceIsJoined_ThenGolden() => Check("joined-user", Bare(Proc)
        .WithLinux(linux => linux with
        {
            Namespaces =
            [
                new LinuxNamespace(LinuxNamespaceKind.Mount), new LinuxNamespace(LinuxNamespaceKind.Uts),
                new LinuxNamespace(LinuxNamespaceKind.User, "/proc/7/ns/user"),
                new LinuxNamespace(LinuxNamespaceKind.Network, "/proc/7/ns/net"),
            ],
        }));

    [Fact]
    public void Compile_WhenFilterIsLoadedWithPrivilege_ThenGolden() =>
        Check("seccomp-privileged", Bare(Proc, Dev) with { Seccomp = Filter });

    [Fact]
    public void Compile_WhenDevicesAndLongOptions_ThenGolden() => Check("devices-overlay", Bare(
        Proc,
        Dev,
        new MountSpec
        {
            Destination = "/merged", Type = "overlay", Source = "overlay",
            Options = ["ro", "lowerdir=" + string.Join(':', Enumerable.Repeat("/layers/abcdefgh", 20))],
        }).WithLinux(linux => linux with
        {
            Devices =
            [
                new LinuxDevice { Path = "/dev/net/tun", Major = 10, Minor = 200, FileMode = 384, Uid = 5, Gid = 6 },
                new LinuxDevice { Path = "/dev/null", Major = 1, Minor = 3, FileMode = 438 },
                new LinuxDevice { Path = "/dev/pipe", Kind = DeviceKind.Fifo },
                new LinuxDevice { Path = "/dev/big", Kind = DeviceKind.Block, Major = 259, Minor = 300 },
            ],
        }));

    [Fact]
    public void CompileExec_WhenPlain_ThenGolden() => Golden.Check("exec-plain", ExecCompiler.Compile(new ExecInput
    {
        Keyring = "_ses.c1",
        Process = Samples.Plain.Spec.Process!,
        Host = Samples.Host,
        Joined = NamespaceFlags.Pid | NamespaceFlags.Mount | NamespaceFlags.Network | NamespaceFlags.Uts
            | NamespaceFlags.Ipc | NamespaceFlags.Cgroup,
        TasksFiles = ["memory", "freezer"],
        NullStreams = StdioStreams.Stdin | StdioStreams.Stderr,
        Home = "/root",
    }).Plan);

    [Fact]
    public void CompileExec_WhenTerminalInUserNamespace_ThenGolden()
    {
        var exec = ExecCompiler.Compile(new ExecInput
        {
            Process = Samples.Plain.Spec.Process! with
            {
                Terminal = true,
                Cwd = "/var/lib",
                User = new UserSpec { Uid = 1000, Gid = 1000 },
                Rlimits = [new PosixRlimit(RlimitKind.Core, 0, 0)],
                OomScoreAdj = 7,
            },
            Host = Samples.Host,
            Joined = NamespaceFlags.User | NamespaceFlags.Mount,
            Seccomp = Filter,
        });

        Golden.Check("exec-terminal-user", exec.Plan);
        Assert.NotNull(exec.TerminalMaster);
    }

    [Fact]
    public void CompileExec_WhenTheFilterLetsTheHandOverPass_ThenTheHelperLoadsIt() =>
        Golden.Check("exec-filtered", Filtered(Filter));

    [Fact]
    public void CompileExec_WhenTheFilterDeniesWhatTheProcessStillDoes_ThenTheProcessLoadsItLast() =>
        Golden.Check("exec-filtered-late", Filtered(SeccompCompiler.Compile(
            new SeccompProfile(SeccompVerdict.Allow, [new SeccompRule(["setsid"], SeccompVerdict.Errno(1), [])]))));

    private static LaunchPlan Filtered(SeccompProgram filter) => ExecCompiler.Compile(new ExecInput
    {
        Process = Samples.Plain.Spec.Process! with
        {
            Args = ["/bin/true"],
            NoNewPrivileges = true,
            User = new UserSpec { Uid = 1000, Gid = 1000 },
            Rlimits = [new PosixRlimit(RlimitKind.Processes, 10, 20), new PosixRlimit(RlimitKind.Core, 0, 0)],
        },
        Host = Samples.Host with { Bounding = 0b11, Permitted = 0b11, LastCapability = 1 },
        Joined = NamespaceFlags.Pid | NamespaceFlags.Mount,
        Seccomp = filter,
    }).Plan;

    private static void Check(string name, ContainerInput input) =>
        Golden.Check(name, ContainerCompiler.Compile(input).Plan);

    private static ContainerInput Bare(params MountSpec[] mounts) => Samples.Plain.WithMounts(mounts)
        .With(spec => spec with { Hostname = "", Process = spec.Process! with { Capabilities = null } })
        .WithLinux(linux => new LinuxSpec { Namespaces = [new LinuxNamespace(LinuxNamespaceKind.Mount)] }) with
        {
            Cgroup = CgroupPlacement.None,
            NullStreams = StdioStreams.None,
            Host = Samples.Host with { Bounding = 0b11, Permitted = 0b11, LastCapability = 1 },
        };

    private static MountSpec Bind(string source, string destination, params string[] options) =>
        new() { Source = source, Destination = destination, Type = "bind", Options = options };
}
