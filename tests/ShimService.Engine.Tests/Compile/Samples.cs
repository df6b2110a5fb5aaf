using System.Text;
using ShimService.Engine.Compile.Input;
using ShimService.Oci.Build;
using ShimService.Oci.Model;

namespace ShimService.Engine.Tests.Compile;

/// <summary>What the tests compile: the plain container of a config, and variations of it.</summary>
internal static class Samples
{
    internal const ulong AllCapabilities = (1UL << 41) - 1;

    internal static HostPicture Host { get; } = new()
    {
        LastCapability = 40,
        Kernel = new Version(6, 18),
        Bounding = AllCapabilities & ~(1UL << 24),
        Permitted = AllCapabilities & ~(1UL << 24),
        Paths = new FakePaths(
            "/proc/", "/proc/acpi/", "/proc/kcore", "/proc/keys", "/proc/timer_list", "/proc/scsi/", "/proc/interrupts",
            "/proc/meminfo", "/proc/bus/", "/proc/fs/", "/proc/irq/", "/proc/sys/", "/proc/sysrq-trigger", "/sys/", "/sys/firmware/",
            "/sys/devices/virtual/powercap/", "/srv/", "/srv/file", "/srv/dir/"),
    };

    internal static FakePaths Rootfs { get; } = new(
        "/bin/", "/dev/", "/etc/", "/etc/resolv.conf", "/proc/", "/sys/", "/tmp/", "/usr/", "/usr/share/");

    internal static CgroupPlacement Hybrid { get; } = new()
    {
        TasksFiles = ["cpu,cpuacct", "memory", "freezer"],
        Sources =
        [
            new CgroupMountSource("cpu,cpuacct", "/sys/fs/cgroup/cpu,cpuacct/shimservice/c1"),
            new CgroupMountSource("memory", "/sys/fs/cgroup/memory/shimservice/c1"),
            new CgroupMountSource("unified", "/sys/fs/cgroup/unified/shimservice/c1"),
        ],
    };

    internal static ContainerInput Plain { get; } = Input(SpecBuilder.Build(
        new ContainerConfig
        {
            Id = "c1",
            Rootfs = new RootfsConfig("/images/busybox"),
            Args = ["sh", "-c", "true"],
            Security = new SecurityConfig { Seccomp = "unconfined" },
        },
        new BuildHost()));

    internal static ContainerInput Input(Spec spec) => new()
    {
        Spec = spec,
        RootPath = spec.Root!.Path,
        Host = Host,
        Rootfs = Rootfs,
        Cgroup = Hybrid,
        BundlePath = "/bundles/c1",
        NullStreams = StdioStreams.Stdin,
        Keyring = "_ses.c1",
    };

    internal static ContainerInput With(this ContainerInput input, Func<Spec, Spec> change) =>
        input with { Spec = change(input.Spec) };

    internal static ContainerInput WithLinux(this ContainerInput input, Func<LinuxSpec, LinuxSpec> change) =>
        input.With(spec => spec with { Linux = change(spec.Linux) });

    internal static ContainerInput WithProcess(this ContainerInput input, Func<ProcessSpec, ProcessSpec> change) =>
        input.With(spec => spec with { Process = change(spec.Process!) });

    internal static ContainerInput WithMounts(this ContainerInput input, params MountSpec[] mounts) =>
        input.With(spec => spec with { Mounts = mounts });

    internal static Spec Parse(string json) => Spec.Parse(Encoding.UTF8.GetBytes(json));

    private sealed class BuildHost : IBuildHost
    {
        public HostAbilities Abilities { get; } = HostAbilities.All with
        {
            CpuCount = Environment.ProcessorCount, Cpus = "", MemoryNodes = "", SwapLimit = false,
        };

        public IReadOnlyList<string> DevicesBelow(string directory) => [];

        public HostMount? FindMount(string path) => null;

        public int OomScoreAdj => 0;

        public IReadOnlyList<string> AvailableCapabilities => CapabilityNames.All;

        public IReadOnlyList<string> ThermalThrottlePaths => [];

        public bool Exists(string path) => true;

        public HostDevice? FindDevice(string path) => null;

        public byte[]? ReadFile(string path) => null;
    }
}
