using ShimService.Oci.Build;
using ShimService.Oci.Model;
using ShimService.Oci.Write;

namespace ShimService.Oci.Tests.Build;

public sealed class SpecBuilderTests
{
    private static readonly ContainerConfig Plain = new()
    {
        Id = "c1",
        Rootfs = new RootfsConfig("/images/busybox"),
        Args = ["sh"],
        Security = new SecurityConfig { Seccomp = "unconfined" },
    };

    [Fact]
    public void Build_WhenConfigIsPlain_ThenDockersDefaults()
    {
        var spec = Build(Plain);

        Assert.Equal("c1", spec.Hostname);
        Assert.Equal(["PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", "HOSTNAME=c1"],
            spec.Process!.Env);
        Assert.Equal("/", spec.Process.Cwd);
        Assert.Equal(18u, spec.Process.User.Umask);
        Assert.Null(spec.Process.OomScoreAdj);
        Assert.Equal(14, spec.Process.Capabilities!.Bounding.Count);
        Assert.Empty(spec.Process.Capabilities.Inheritable);
        Assert.Empty(spec.Process.Capabilities.Ambient);
        Assert.Equal(
            ["/proc", "/dev", "/dev/pts", "/sys", "/sys/fs/cgroup", "/dev/mqueue", "/dev/shm"],
            spec.Mounts.Select(mount => mount.Destination));
        Assert.Equal(
            [LinuxNamespaceKind.Mount, LinuxNamespaceKind.Network, LinuxNamespaceKind.Uts, LinuxNamespaceKind.Pid,
                LinuxNamespaceKind.Ipc, LinuxNamespaceKind.Cgroup],
            spec.Linux.Namespaces.Select(entry => entry.Kind));
        Assert.Equal("/shimservice/c1", spec.Linux.CgroupsPath);
        Assert.Contains("/proc/kcore", spec.Linux.MaskedPaths);
        Assert.Contains("/proc/sys", spec.Linux.ReadonlyPaths);
        Assert.Equal("0", spec.Linux.Sysctl["net.ipv4.ip_unprivileged_port_start"]);
        Assert.False(spec.Linux.Resources!.Devices[0].Allow);
        Assert.Null(spec.Linux.Resources.Memory);
        Assert.Null(spec.Linux.Seccomp);
    }

    [Fact]
    public void Build_WhenWrittenAndRead_ThenTheSame()
    {
        var json = SpecWriter.Write(Build(Plain with { Terminal = true, Umask = 63 }));

        Assert.Equal(json, SpecWriter.Write(Spec.Parse(json)));
    }

    [Fact]
    public void Build_WhenEnvNamesDefaults_ThenReplacedOrRemoved()
    {
        var spec = Build(Plain with { Terminal = true, Env = ["TERM=dumb", "HOSTNAME", "A=1", "A=2", "MISSING"] });

        Assert.Equal(["PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", "TERM=dumb", "A=2"],
            spec.Process!.Env);
    }

    [Theory]
    [InlineData("", "", 14)]
    [InlineData("NET_ADMIN", "", 15)]
    [InlineData("cap_net_admin,CHOWN", "", 15)]
    [InlineData("", "CHOWN,NET_RAW", 12)]
    [InlineData("", "ALL", 0)]
    [InlineData("KILL", "ALL", 1)]
    [InlineData("ALL", "", 40)]
    [InlineData("ALL", "SYS_ADMIN", 39)]
    [InlineData("ALL,SYS_ADMIN", "SYS_ADMIN", 39)]
    public void Build_WhenCapabilitiesChange_ThenSetHasThatMany(string add, string drop, int count)
    {
        var spec = Build(Plain with { Security = Plain.Security with
        {
            CapabilitiesAdd = add.Split(',', StringSplitOptions.RemoveEmptyEntries),
            CapabilitiesDrop = drop.Split(',', StringSplitOptions.RemoveEmptyEntries),
        } });

        Assert.Equal(count, spec.Process!.Capabilities!.Bounding.Count);
    }

    [Fact]
    public void Build_WhenRootfsIsRelative_ThenRefused() => Assert.Equal(
        "config.rootfs.path", Refused(Plain with { Rootfs = new RootfsConfig("images/busybox") }).Field);

    [Fact]
    public void Build_WhenCapabilityIsUnknownOrUnavailable_ThenRefused()
    {
        Assert.Equal("config.security.capabilities_add[0]", Refused(Plain with
        {
            Security = Plain.Security with { CapabilitiesAdd = ["NET_ADMINN"] },
        }).Field);
        Assert.Contains("CAP_SYS_RESOURCE", Refused(Plain with
        {
            Security = Plain.Security with { CapabilitiesAdd = ["SYS_RESOURCE"] },
        }).Problem, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("", 0, 0)]
    [InlineData("1000", 1000, 0)]
    [InlineData("1000:33", 1000, 33)]
    public void Build_WhenUserIsNumeric_ThenTaken(string user, uint uid, uint gid)
    {
        var process = Build(Plain with { User = user }).Process!;

        Assert.Equal((uid, gid), (process.User.Uid, process.User.Gid));
    }

    [Theory]
    [InlineData("www-data", SpecProblem.Invalid)]
    [InlineData("0:wheel", SpecProblem.Invalid)]
    [InlineData("1:2:3", SpecProblem.Invalid)]
    [InlineData("-1", SpecProblem.Invalid)]
    [InlineData("4294967295", SpecProblem.Invalid)]
    [InlineData("99999999999", SpecProblem.Invalid)]
    [InlineData(":", SpecProblem.Invalid)]
    public void Build_WhenUserIsNot_ThenRefused(string user, SpecProblem kind)
    {
        var error = Refused(Plain with { User = user });

        Assert.Equal(("config.user", kind), (error.Field, error.Kind));
    }

    [Fact]
    public void Build_WhenMountsAreGiven_ThenTheyReplaceDefaultsAndGoByDepth()
    {
        var spec = Build(Plain with { Mounts =
        [
            new MountConfig { Source = "/srv/deep", Destination = "/data/deep/er" },
            new MountConfig { Source = "/srv", Destination = "/data/", Options = ["ro"] },
            new MountConfig { Type = "tmpfs", Destination = "/dev/shm", Options = ["size=1m", "exec"] },
        ] });

        Assert.Equal(
            ["/proc", "/dev", "/dev/pts", "/sys", "/sys/fs/cgroup", "/dev/mqueue", "/data", "/dev/shm", "/data/deep/er"],
            spec.Mounts.Select(mount => mount.Destination));
        Assert.Equal(["rbind", "rro", "rprivate"], spec.Mounts[6].Options);
        Assert.Equal(["nosuid", "nodev", "size=1m", "exec"], spec.Mounts[7].Options);
    }

    [Fact]
    public void Build_WhenMountIsOnDev_ThenDefaultsBelowGo()
    {
        var spec = Build(Plain with { Mounts = [new MountConfig { Source = "/dev", Destination = "/dev" }] });

        Assert.Equal(["/proc", "/sys", "/sys/fs/cgroup", "/dev"], spec.Mounts.Select(mount => mount.Destination));
    }

    [Fact]
    public void Build_WhenNamespacesAreShared_ThenNothingOfTheHostIsChanged()
    {
        var spec =
            Build(Plain with { Namespaces = new NamespacesConfig { Uts = "host", Network = "host", Pid = "/run/p" } });

        Assert.Equal("", spec.Hostname);
        Assert.Empty(spec.Linux.Sysctl);
        Assert.Equal("/run/p", spec.Linux.Namespace(LinuxNamespaceKind.Pid)!.Path);
        Assert.Equal("config.hostname", Refused(Plain with
        {
            Hostname = "x",
            Namespaces = new NamespacesConfig { Uts = "host" },
        }).Field);
        Assert.Equal("config.namespaces.ipc", Refused(Plain with
        {
            Namespaces = new NamespacesConfig { Ipc = "hots" },
        }).Field);
    }

    [Fact]
    public void Build_WhenResourcesAreGiven_ThenTheyAreTheSpecs()
    {
        var resources = Build(Plain with
        {
            Resources = new ResourcesConfig
            {
                MemoryLimitBytes = 64 << 20,
                Cpus = 1.5,
                PidsLimit = 20,
                ThrottleReadBytes = [new ThrottleConfig("/dev/sda", 1000)],
            },
            Devices = [new DeviceConfig("/dev/fuse", Access: "rw")],
        }).Linux.Resources!;

        Assert.Equal(new LinuxMemory { Limit = 64 << 20, Swap = 128 << 20 }, resources.Memory);
        Assert.Equal((150000L, 100000UL), (resources.Cpu!.Quota!.Value, resources.Cpu.Period!.Value));
        Assert.Equal(20, resources.Pids!.Limit);
        Assert.Equal([new LinuxThrottleDevice(8, 0, 1000)], resources.BlockIo!.ThrottleReadBps);
        Assert.Equal(new LinuxDeviceRule(true, DeviceKind.Character, 10, 229, "rw"), resources.Devices[^1]);
    }

    [Fact]
    public void Build_WhenDeviceIsGiven_ThenHostsNumbersModeAndOwner()
    {
        var spec = Build(Plain with { Devices = [new DeviceConfig("/dev/fuse", "/dev/f")] });

        Assert.Equal(
            new LinuxDevice { Path = "/dev/f", Major = 10, Minor = 229, FileMode = 438, Gid = 5 },
            Assert.Single(spec.Linux.Devices));
        Assert.Equal("config.devices[0].path", Refused(Plain with { Devices = [new DeviceConfig("/dev/none")] }).Field);
    }

    [Theory]
    [InlineData(0.001)]
    [InlineData(-1)]
    [InlineData(double.NaN)]
    [InlineData(double.PositiveInfinity)]
    public void Build_WhenCpusMakeNoSense_ThenRefused(double cpus) =>
        Assert.Equal("config.resources.cpu.cpus",
            Refused(Plain with { Resources = new ResourcesConfig { Cpus = cpus } }).Field);

    [Fact]
    public void Build_WhenRlimitIsNamedAsInTheShell_ThenFound()
    {
        var spec = Build(Plain with { Rlimits = [new RlimitConfig("nofile", 10, 20)] });

        Assert.Equal(new PosixRlimit(RlimitKind.OpenFiles, 10, 20), Assert.Single(spec.Process!.Rlimits));
        Assert.Equal(
            "config.rlimits[0].type", Refused(Plain with { Rlimits = [new RlimitConfig("files", 1, 1)] }).Field);
    }

    [Fact]
    public void Build_WhenSeccompIsAPath_ThenThatProfile()
    {
        var host = new FakeHost();
        host.Files["/etc/profile.json"] = "{\"defaultAction\":\"SCMP_ACT_LOG\"}"u8.ToArray();
        var security = new SecurityConfig { Seccomp = "/etc/profile.json" };

        Assert.Equal(SeccompAction.Log,
            SpecBuilder.Build(Plain with { Security = security }, host).Linux.Seccomp!.DefaultAction);
        Assert.Equal("config.security.seccomp",
            Refused(Plain with { Security = security with { Seccomp = "/missing" } }).Field);
        Assert.Equal("config.security.seccomp",
            Refused(Plain with { Security = security with { Seccomp = "none" } }).Field);
    }

    private static Spec Build(ContainerConfig config) => SpecBuilder.Build(config, new FakeHost());

    private static SpecException Refused(ContainerConfig config) =>
        Assert.Throws<SpecException>(() => SpecBuilder.Build(config, new FakeHost()));

    [Theory]
    [InlineData("web-1.example.org", true)]
    [InlineData("a_b", true)]
    [InlineData("a b", false)]
    [InlineData("a\nb", false)]
    [InlineData("a/b", false)]
    [InlineData("-a", false)]
    [InlineData("a.", false)]
    [InlineData("ümlaut", false)]
    [InlineData("0123456789012345678901234567890123456789012345678901234567890123", true)]
    [InlineData("01234567890123456789012345678901234567890123456789012345678901234", false)]
    public void Build_WhenHostnameIsNoName_ThenRefusedByField(string hostname, bool isName)
    {
        if (isName)
        {
            Assert.Equal(hostname, Build(Plain with { Hostname = hostname }).Hostname);
        }
        else
        {
            Assert.Equal("config.hostname", Refused(Plain with { Hostname = hostname }).Field);
        }
    }
}
