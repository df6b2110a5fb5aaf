using ShimService.Oci.Build;
using ShimService.Oci.Build.Rules;

namespace ShimService.Oci.Tests.Build;

/// <summary>Every rule for a configuration, both ways: what it lets through, and what it refuses or drops.</summary>
public sealed class RuleTests
{
    private const long Mebibyte = 1 << 20;

    private static readonly ContainerConfig Plain = new()
    {
        Id = "c1",
        Rootfs = new RootfsConfig("/images/busybox"),
        Args = ["sh"],
        Security = new SecurityConfig { Seccomp = "unconfined" },
    };

    public static TheoryData<string, ContainerConfig> Refused => new()
    {
        { "config.resources.memory.limit_bytes", With(new() { MemoryLimitBytes = (6 * Mebibyte) - 1 }) },
        { "config.resources.memory.limit_bytes", With(new() { MemoryLimitBytes = -1 }) },
        { "config.resources.memory.swap_limit_bytes", With(new() { MemoryLimitBytes = 8 * Mebibyte, SwapLimitBytes = 7 * Mebibyte }) },
        { "config.resources.memory.swap_limit_bytes", With(new() { SwapLimitBytes = 8 * Mebibyte }) },
        { "config.resources.memory.swap_limit_bytes", With(new() { SwapLimitBytes = -2 }) },
        { "config.resources.memory.reservation_bytes", With(new() { MemoryReservationBytes = Mebibyte }) },
        { "config.resources.memory.reservation_bytes", With(new() { MemoryLimitBytes = 8 * Mebibyte, MemoryReservationBytes = 9 * Mebibyte }) },
        { "config.resources.memory.swappiness", With(new() { Swappiness = 101 }) },
        { "config.resources.memory.swappiness", With(new() { Swappiness = -2 }) },
        { "config.resources.cpu.shares", With(new() { CpuShares = -1 }) },
        { "config.resources.cpu.nano_cpus", With(new() { NanoCpus = 1_000_000_000, CpuQuotaMicroseconds = 5000 }) },
        { "config.resources.cpu.nano_cpus", With(new() { NanoCpus = 1_000_000_000, CpuPeriodMicroseconds = 5000 }) },
        { "config.resources.cpu.nano_cpus", With(new() { NanoCpus = 4_000_000_001 }) },
        { "config.resources.cpu.nano_cpus", With(new() { NanoCpus = -1 }) },
        { "config.resources.cpu.cpus", With(new() { Cpus = 4.5 }) },
        { "config.resources.cpu.cpus", With(new() { Cpus = 1, NanoCpus = 1 }) },
        { "config.resources.cpu.period_microseconds", With(new() { CpuPeriodMicroseconds = 999 }) },
        { "config.resources.cpu.period_microseconds", With(new() { CpuPeriodMicroseconds = 1_000_001 }) },
        { "config.resources.cpu.quota_microseconds", With(new() { CpuQuotaMicroseconds = 999 }) },
        { "config.resources.cpu.quota_microseconds", With(new() { CpuQuotaMicroseconds = -2 }) },
        { "config.resources.cpu.cpuset_cpus", With(new() { CpusetCpus = "0-" }) },
        { "config.resources.cpu.cpuset_cpus", With(new() { CpusetCpus = "0-4" }) },
        { "config.resources.cpu.cpuset_mems", With(new() { CpusetMems = "x" }) },
        { "config.resources.cpu.cpuset_mems", With(new() { CpusetMems = "1" }) },
        { "config.resources.cpu.realtime_runtime_microseconds", With(new() { RealtimePeriodMicroseconds = 10, RealtimeRuntimeMicroseconds = 11 }) },
        { "config.resources.cpu.realtime_period_microseconds", With(new() { RealtimePeriodMicroseconds = -1 }) },
        { "config.resources.block_io.weight", With(new() { BlockIoWeight = 9 }) },
        { "config.resources.block_io.weight", With(new() { BlockIoWeight = 1001 }) },
        { "config.resources.block_io.weight_devices[0].weight", With(new() { WeightDevices = [new("/dev/sda", 9)] }) },
        { "config.resources.block_io.weight_devices[0].path", With(new() { WeightDevices = [new("/dev/fuse", 10)] }) },
        { "config.resources.block_io.maximum_bytes_per_second", With(new() { IoMaximumBandwidth = 1 }) },
        { "config.resources.block_io.maximum_bytes_per_second", With(new() { IoMaximumOperations = 1 }) },
        { "config.oom_score_adj", Plain with { OomScoreAdj = 1001 } },
        { "config.oom_score_adj", Plain with { OomScoreAdj = -1001 } },
        { "config.shm_size_bytes", Plain with { ShmSizeBytes = -1 } },
        { "config.hostname", Plain with { Hostname = new string('h', 65) } },
        { "config.cwd", Plain with { Cwd = "relative" } },
        { "config.env[0]", Plain with { Env = [""] } },
        { "config.env[1]", Plain with { Env = ["A=1", "=2"] } },
        { "config.annotations", Plain with { Annotations = new Dictionary<string, string> { [""] = "x" } } },
        { "config.namespaces.network", Modes(new() { Network = "container:" }) },
        { "config.hostname", Modes(new() { Network = "container:other" }) with { Hostname = "h" } },
        { "config.networking.links", Modes(new() { Network = "container:other" }) with { Links = ["a:b"] } },
        { "config.dns", Modes(new() { Network = "container:other" }) with { Dns = ["1.1.1.1"] } },
        { "config.dns_search[1]", Plain with { DnsSearch = [".", "a\nnameserver 10.0.0.1"] } },
        { "config.dns_options[0]", Plain with { DnsOptions = ["ndots:2 rotate"] } },
        { "config.dns_search", Modes(new() { Network = "container:other" }) with { DnsSearch = ["x"] } },
        { "config.dns_options", Modes(new() { Network = "container:other" }) with { DnsOptions = ["x"] } },
        { "config.extra_hosts", Modes(new() { Network = "container:other" }) with { ExtraHosts = ["a:1.1.1.1"] } },
        { "config.networking.ports", Modes(new() { Network = "container:other" }) with { Publishes = true } },
        { "config.networking.exposed_ports", Modes(new() { Network = "container:other" }) with { Exposes = true } },
        { "config.networking.networks[0].mac_address", Modes(new() { Network = "container:other" }) with { HasMacAddress = true } },
        { "config.networking.links", Modes(new() { Network = "host" }) with { Links = ["a:b"] } },
        { "config.networking.networks[0].mac_address", Modes(new() { Network = "host" }) with { HasMacAddress = true } },
        { "config.hostname", Modes(new() { Uts = "host" }) with { Hostname = "h" } },
        { "config.security.privileged", Mapped(new()) with { Security = new() { Privileged = true } } },
        { "config.security.options", Mapped(new()) with { Security = new() { WritableCgroups = true } } },
        { "config.namespaces.network", Mapped(new() { Network = "host" }) },
        { "config.namespaces.pid", Mapped(new() { Pid = "host" }) },
        { "config.rlimits[0].type", Plain with { Rlimits = [new("files", 1, 1)] } },
        { "config.device_cgroup_rules[0]", Plain with { DeviceRules = ["d 1:3 r"] } },
        { "config.device_cgroup_rules[0]", Plain with { DeviceRules = ["c 1 r"] } },
        { "config.device_cgroup_rules[0]", Plain with { DeviceRules = ["c 1:x r"] } },
        { "config.device_cgroup_rules[0]", Plain with { DeviceRules = ["c 1:3 rwmr"] } },
        { "config.device_cgroup_rules[0]", Plain with { DeviceRules = ["c 1:3 x"] } },
        { "config.devices[0].path", Plain with { Devices = [new("/dev/none")] } },
        { "config.cgroup_parent", Plain with { CgroupParent = "/a/../../b" } },
        { "config.mounts[1].destination", Plain with { Mounts = [Tmpfs("/a"), Tmpfs("/a/")] } },
        { "config.mounts[0].destination", Plain with { Mounts = [Tmpfs("/")] } },
        { "config.mounts[0].destination", Plain with { Mounts = [Tmpfs("/a/..")] } },
        { "config.mounts[0].source", Plain with { Mounts = [Tmpfs("/a") with { Source = "/x" }] } },
        { "config.mounts[0].source", Plain with { Mounts = [new() { Type = "volume", Source = "v", Destination = "/v" }] } },
        { "config.mounts[0].read_only_recursive", Plain with { Mounts = [new() { Source = "/s", Destination = "/d", ReadOnlyRecursive = "force" }] } },
        { "config.mounts[0].read_only_recursive", Plain with { Mounts = [new() { Source = "/s", Destination = "/d", Options = ["ro", "bind"], ReadOnlyRecursive = "force" }] } },
        { "config.init", Plain with { Init = true } },
        { "config.user", Plain with { User = "nobody" } },
        { "config.user", Plain with { User = "app:staff" } },
        { "config.group_add[0]", Plain with { GroupAdd = ["staff"] } },
    };

    [Theory]
    [MemberData(nameof(Refused))]
    public void Build_WhenARuleIsBroken_ThenTheFieldIsNamed(string field, ContainerConfig config) =>
        Assert.Equal(field, Assert.Throws<SpecException>(
            () => SpecBuilder.Build(config, new FakeHost(), new FakeImage(), [])).Field);

    public static TheoryData<ContainerConfig> Fine =>
    [
        With(new() { MemoryLimitBytes = 6 * Mebibyte }),
        With(new() { MemoryLimitBytes = 8 * Mebibyte, SwapLimitBytes = 8 * Mebibyte }),
        With(new() { MemoryLimitBytes = 8 * Mebibyte, SwapLimitBytes = -1 }),
        With(new() { MemoryLimitBytes = 8 * Mebibyte, MemoryReservationBytes = 8 * Mebibyte }),
        With(new() { Swappiness = 0 }),
        With(new() { Swappiness = 100 }),
        With(new() { Swappiness = -1 }),
        With(new() { CpuShares = 2 }),
        With(new() { CpuShares = 1_000_000 }),
        With(new() { NanoCpus = 4_000_000_000 }),
        With(new() { Cpus = 0.01 }),
        With(new() { CpuPeriodMicroseconds = 1000 }),
        With(new() { CpuPeriodMicroseconds = 1_000_000, CpuQuotaMicroseconds = 1000 }),
        With(new() { CpuQuotaMicroseconds = -1 }),
        With(new() { CpusetCpus = "0-2,3", CpusetMems = "0" }),
        With(new() { RealtimePeriodMicroseconds = 10, RealtimeRuntimeMicroseconds = 10 }),
        With(new() { BlockIoWeight = 10 }),
        With(new() { BlockIoWeight = 1000, WeightDevices = [new("/dev/sda", 1000)] }),
        Plain with { OomScoreAdj = 1000 },
        Plain with { Hostname = new string('h', 64) },
        Plain with { Cwd = "/" },
        Plain with { Annotations = new Dictionary<string, string> { ["k"] = "" } },
        Modes(new() { Network = "container:other" }),
        Modes(new() { Network = "host" }) with { Exposes = true },
        Modes(new() { Network = "host" }) with { Dns = ["1.1.1.1"], ExtraHosts = ["a:1.1.1.1"] },
        Modes(new() { Uts = "host" }),
        Mapped(new()),
        Plain with { DeviceRules = ["a *:* rwm", "b 8:* r"] },
        Plain with { Devices = [new("/dev")] },
        Plain with { User = "app:wheel", GroupAdd = ["log", "77"] },
    ];

    [Theory]
    [MemberData(nameof(Fine))]
    public void Build_WhenTheRulesAreKept_ThenNothingIsSaid(ContainerConfig config)
    {
        var warnings = new List<string>();

        SpecBuilder.Build(config, new FakeHost(), new FakeImage(), warnings);

        Assert.Empty(warnings);
    }

    public static TheoryData<string, ContainerConfig> Dropped => new()
    {
        { "limit memory", With(new() { MemoryLimitBytes = 8 * Mebibyte }) },
        { "reserve memory", With(new() { MemoryReservationBytes = 8 * Mebibyte }) },
        { "swappiness", With(new() { Swappiness = 5 }) },
        { "memory killer", With(new() { DisableOomKiller = true }) },
        { "number of processes", With(new() { PidsLimit = 5 }) },
        { "CPU shares", With(new() { CpuShares = 5 }) },
        { "limit CPU time", With(new() { CpuQuotaMicroseconds = 5000 }) },
        { "CPU sets", With(new() { CpusetCpus = "0" }) },
        { "weights for block I/O", With(new() { BlockIoWeight = 10 }) },
        { "weights per block device", With(new() { WeightDevices = [new("/dev/sda", 10)] }) },
        { "read bytes", With(new() { ThrottleReadBytes = [new("/dev/sda", 10)] }) },
        { "written bytes", With(new() { ThrottleWriteBytes = [new("/dev/sda", 10)] }) },
        { "reads", With(new() { ThrottleReadOperations = [new("/dev/sda", 10)] }) },
        { "writes", With(new() { ThrottleWriteOperations = [new("/dev/sda", 10)] }) },
        { "seccomp", Plain with { Security = new SecurityConfig() } },
        { "for Windows", With(new() { CpuPercent = 5 }) },
        { "published ports", Modes(new() { Network = "host" }) with { Publishes = true } },
    };

    [Theory]
    [MemberData(nameof(Dropped))]
    public void Build_WhenTheHostCannot_ThenItIsDroppedWithAWarning(string words, ContainerConfig config)
    {
        var warnings = new List<string>();
        var host = new FakeHost { Abilities = new HostAbilities() };

        var spec = SpecBuilder.Build(config, host, NoImage.Instance, warnings);

        Assert.Contains(words, Assert.Single(warnings), StringComparison.Ordinal);
        var limits = spec.Linux.Resources! with { Devices = [] };
        Assert.Equal((null, null, null, null), (limits.Memory, limits.Cpu, limits.Pids, limits.BlockIo));
        Assert.Null(spec.Linux.Seccomp);
    }

    [Theory]
    [InlineData("nano")]
    [InlineData("realtime")]
    [InlineData("seccomp")]
    [InlineData("apparmor")]
    [InlineData("label")]
    [InlineData("force")]
    public void Build_WhenItWouldBeWeakerWithout_ThenRefusedInsteadOfDropped(string what)
    {
        var host = new FakeHost { Abilities = new HostAbilities { CpuCount = 4 } };
        var config = what switch
        {
            "nano" => With(new() { NanoCpus = 1_000_000_000 }),
            "realtime" => With(new() { RealtimePeriodMicroseconds = 1 }),
            "seccomp" => Plain with { Security = new() { Seccomp = "/profile.json" } },
            "apparmor" => Plain with { Security = Plain.Security with { AppArmor = "docker-default" } },
            "label" => Plain with { Security = Plain.Security with { Labels = ["type:container_t"] } },
            _ => Plain with
            {
                Mounts = [new() { Source = "/s", Destination = "/d", Options = ["ro"], ReadOnlyRecursive = "force" }],
            },
        };

        Assert.Throws<SpecException>(() => SpecBuilder.Build(config, host));
    }

    [Fact]
    public void Build_WhenSwapIsNotCounted_ThenMemoryIsLimitedWithoutIt()
    {
        var warnings = new List<string>();
        var host = new FakeHost { Abilities = HostAbilities.All with { SwapLimit = false } };

        var spec = SpecBuilder.Build(
            With(new() { MemoryLimitBytes = 8 * Mebibyte, SwapLimitBytes = 9 * Mebibyte }), host, NoImage.Instance, warnings);

        Assert.Equal((8 * Mebibyte, null), (spec.Linux.Resources!.Memory!.Limit, spec.Linux.Resources.Memory.Swap));
        Assert.Contains("swap", Assert.Single(warnings), StringComparison.Ordinal);
    }

    [Fact]
    public void Build_WhenTheHostHasLabelsAndProfiles_ThenTheyAreTheSpecs()
    {
        var host = new FakeHost { Abilities = HostAbilities.All with { AppArmor = true, SELinux = true } };
        var security = Plain.Security with { AppArmor = "docker-default", Labels = ["type:my_t", "level:s0:c1,c2"] };

        var process = SpecBuilder.Build(Plain with { Security = security }, host).Process!;
        var without = SpecBuilder.Build(
            Plain with { Security = security with { AppArmor = "unconfined", Labels = ["disable"] } }, host).Process!;

        Assert.Equal(
            ("docker-default", "system_u:system_r:my_t:s0:c1,c2"), (process.ApparmorProfile, process.SelinuxLabel));
        Assert.Equal(("", ""), (without.ApparmorProfile, without.SelinuxLabel));
    }

    [Fact]
    public void Build_WhenTheKillerIsDisabledWithoutALimit_ThenItWarns()
    {
        var warnings = new List<string>();

        SpecBuilder.Build(With(new() { DisableOomKiller = true }), new FakeHost(), NoImage.Instance, warnings);

        Assert.Contains("no memory limit", Assert.Single(warnings), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("rshared", true, false, true)]
    [InlineData("shared", false, true, false)]
    [InlineData("rslave", true, false, true)]
    [InlineData("slave", false, true, true)]
    [InlineData("rslave", false, false, false)]
    [InlineData("rprivate", false, false, true)]
    public void Build_WhenAMountIsPassedOn_ThenItsSourceHasToBe(string word, bool isShared, bool isSlave, bool isFine)
    {
        var host = new FakeHost();
        host.Mounts["/s"] = new HostMount(isShared, isSlave, []);

        var error = Record.Exception(() => SpecBuilder.Build(
            Plain with { Mounts = [new() { Source = "/s", Destination = "/d", Options = [word] }] }, host));

        Assert.Equal(isFine, error is null);
        Assert.True(error is null or SpecException { Field: "config.mounts[0].options" });
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    [InlineData(-5)]
    public void Apply_WhenThePidsLimitIsNotPositive_ThenThereIsNone(long limit) =>
        Assert.Equal(-1, ResourceRules.Apply(new() { PidsLimit = limit }, HostAbilities.All, []).PidsLimit);

    [Theory]
    [InlineData(true, 0, 1_000_000_000, 5000, 0)]
    [InlineData(true, 0, 0, 5000, 1_000_000_000)]
    [InlineData(true, 5000, 0, 0, 1_000_000_000)]
    [InlineData(false, 5000, 0, 6000, 0)]
    [InlineData(false, 0, 1_000_000_000, 0, 2_000_000_000)]
    public void Apply_WhenAnUpdateMixesBandwidths_ThenRefused(
        bool isRefused, long quota, long nano, long newQuota, long newNano)
    {
        var current = new ResourcesConfig { CpuQuotaMicroseconds = quota, NanoCpus = nano };
        var change = new ResourcesConfig { CpuQuotaMicroseconds = newQuota, NanoCpus = newNano };

        var error = Record.Exception(() => UpdateRules.Apply(current, change, HostAbilities.All, []));

        Assert.Equal(isRefused, error is SpecException);
    }

    [Theory]
    [InlineData(true, 10, 20, 30, 0)]
    [InlineData(false, 10, 20, 30, 40)]
    [InlineData(false, 10, 20, 15, 0)]
    [InlineData(true, 10, 0, 30, 0)]
    [InlineData(false, 10, -1, 30, 0)]
    [InlineData(true, 10, 20, 0, 8)]
    [InlineData(false, 0, 0, 30, 0)]
    public void Apply_WhenAnUpdateRaisesMemoryAboveSwap_ThenRefusedUnlessSwapGoesAlong(
        bool isRefused, long memory, long swap, long newMemory, long newSwap)
    {
        var current = new ResourcesConfig { MemoryLimitBytes = memory * Mebibyte, SwapLimitBytes = Scaled(swap) };
        var change = new ResourcesConfig { MemoryLimitBytes = newMemory * Mebibyte, SwapLimitBytes = Scaled(newSwap) };

        var error = Record.Exception(() => UpdateRules.Apply(current, change, HostAbilities.All, []));

        Assert.Equal(isRefused, error is SpecException);

        static long Scaled(long value) => value < 0 ? value : value * Mebibyte;
    }

    [Theory]
    [InlineData("no-new-privileges", true)]
    [InlineData("no-new-privileges=true", true)]
    [InlineData("no-new-privileges:true", true)]
    [InlineData("no-new-privileges=maybe", false)]
    [InlineData("writable-cgroups=false", true)]
    [InlineData("seccomp=unconfined", true)]
    [InlineData("seccomp=", false)]
    [InlineData("apparmor=unconfined", true)]
    [InlineData("label=disable", true)]
    [InlineData("disable", true)]
    [InlineData("disable=x", false)]
    [InlineData("systempaths=unconfined", true)]
    [InlineData("systempaths=confined", false)]
    [InlineData("no-old-privileges", false)]
    [InlineData("", false)]
    public void Apply_WhenASecurityWordIsKnown_ThenTaken(string word, bool isKnown)
    {
        var error = Record.Exception(() => SecurityWords.Apply(new SecurityConfig(), [word], "f"));

        Assert.Equal(isKnown, error is null);
        Assert.True(error is null or SpecException { Field: "f[0]" });
    }

    [Theory]
    [InlineData("/d", "volume", "", "/d")]
    [InlineData("data:/d", "volume", "data", "/d")]
    [InlineData("data:/d:ro,z,nocopy", "volume", "data", "/d")]
    [InlineData("/s:/d", "bind", "/s", "/d")]
    [InlineData("/s:/d:rshared,ro,cached", "bind", "/s", "/d")]
    public void Parse_WhenAVolumeIsWellFormed_ThenTaken(string text, string type, string source, string destination)
    {
        var mount = VolumeWords.Parse(text, "f");

        Assert.Equal((type, source, destination), (mount.Type, mount.Source, mount.Destination));
        Assert.Equal(type == "bind", mount.CreateSource);
        Assert.Equal(text.Contains("nocopy", StringComparison.Ordinal), mount.NoCopy);
    }

    [Theory]
    [InlineData("")]
    [InlineData("d")]
    [InlineData("/")]
    [InlineData("data:/")]
    [InlineData("/d:ro")]
    [InlineData("data:d")]
    [InlineData(":/d")]
    [InlineData("data:/d:")]
    [InlineData("a:/b:ro:rw")]
    [InlineData("data:/d:ro,rw")]
    [InlineData("data:/d:z,Z")]
    [InlineData("data:/d:shared")]
    [InlineData("/s:/d:nocopy")]
    [InlineData("/s:/d:shared,slave")]
    [InlineData("/s:/d:bogus")]
    [InlineData("../x:/d")]
    [InlineData("-x:/d")]
    public void Parse_WhenAVolumeIsNot_ThenRefused(string text) =>
        Assert.Equal("f", Assert.Throws<SpecException>(() => VolumeWords.Parse(text, "f")).Field);

    [Theory]
    [InlineData("app", "", "config.user")]
    [InlineData("1000", "", "config.user")]
    [InlineData("1000:1000", "", "config.user")]
    [InlineData("", "wheel", "config.group_add")]
    [InlineData("", "", null)]
    public void Build_WhenTheImagesAccountsCannotBeRead_ThenWhoAsksForAUserHearsWhy(string user, string group, string? field)
    {
        var config = Plain with { User = user, GroupAdd = group.Length > 0 ? [group] : [] };

        var error = Record.Exception(
            () => SpecBuilder.Build(config, new FakeHost(), new UnreadableImage("EIO on the way to it"), []));

        Assert.Equal(field, (error as SpecException)?.Field);
        Assert.True(error is null || error.Message.Contains("unreadable: EIO", StringComparison.Ordinal), error?.ToString());
    }

    private static ContainerConfig With(ResourcesConfig resources) => Plain with { Resources = resources };

    private static ContainerConfig Modes(NamespacesConfig namespaces) => Plain with
    {
        Namespaces = namespaces,
        Donors = new Dictionary<string, DonorConfig> { ["other"] = new(7, null, false) },
    };

    private static ContainerConfig Mapped(NamespacesConfig namespaces) => Plain with
    {
        Namespaces =
            namespaces with { User = "private", UidMappings = [new(0, 1000, 1)], GidMappings = [new(0, 1000, 1)] },
    };

    private static MountConfig Tmpfs(string destination) => new() { Type = "tmpfs", Destination = destination };
}
