using ShimService.Oci.Build;
using ShimService.Oci.Model;

namespace ShimService.Oci.Tests.Build;

/// <summary>Configurations, each with the one rule it shows.</summary>
internal static class GoldenConfigs
{
    internal static readonly ContainerConfig Plain = new()
    {
        Id = "c1",
        Rootfs = new RootfsConfig("/images/busybox"),
        Args = ["sh"],
        Security = new SecurityConfig { Seccomp = "unconfined" },
    };

    private static readonly Dictionary<string, DonorConfig> Donors = new()
    {
        ["open"] = new DonorConfig(41, "/run/open/shm", HasUserNamespace: false),
        ["mapped"] = new DonorConfig(42, null, HasUserNamespace: true),
    };

    internal static IReadOnlyList<GoldenConfig> All { get; } =
    [
        new("env-terminal", "TERM comes with a terminal", Plain with { Terminal = true, ConsoleSize = new ConsoleSize(80, 25) }),
        new("env-replace", "a variable replaces a default by its name", Plain with { Env = ["PATH=/bin", "A=1"] }),
        new("env-remove", "a name alone removes a default", Plain with { Env = ["HOSTNAME"] }),
        new("env-last-wins", "of two values of one name the last one stays, in the first one's place", Plain with { Env = ["A=1", "B=2", "A=3"] }),
        new("env-links", "what links bring comes before the config's own variables", Plain with { LinkEnv = ["DB_PORT=tcp://10.0.0.2:5432", "A=link"], Env = ["A=own"] }),
        new("entrypoint", "the entrypoint stands in front of the arguments", Plain with { Entrypoint = ["/entry", "-v"], Args = ["run"] }),
        new("cwd", "the working directory is cleaned", Plain with { Cwd = "/srv//app/../data/" }),
        new("user-name", "a user's name brings its group and those it is a member of", Plain with { User = "app" }),
        new("user-known-number", "a number the image knows brings its group too", Plain with { User = "1000" }),
        new("user-unknown-number", "a number it does not know is taken as it is, with group 0", Plain with { User = "4242" }),
        new("user-digits-name", "a name made of digits is a name first", Plain with { User = "1234" }),
        new("user-and-group", "a given group leaves the memberships out", Plain with { User = "app:log" }),
        new("group-add", "further groups by name or number", Plain with { User = "app", GroupAdd = ["wheel", "77"], AdditionalGids = [5] }),
        new("umask", "the umask is the config's", Plain with { Umask = 63 }),
        new("hostname", "a hostname is the container's and in its environment", Plain with { Hostname = "web", Domainname = "example.org" }),
        new("readonly-rootfs", "a read-only root makes every default mount so that is not for writing", Plain with { Rootfs = new RootfsConfig("/images/busybox", Readonly: true) }),
        new("cap-add", "a capability on top of the default ones", Security(new() { CapabilitiesAdd = ["net_admin"] })),
        new("cap-drop", "a default capability less", Security(new() { CapabilitiesDrop = ["CAP_CHOWN"] })),
        new("cap-drop-all", "ALL dropped leaves what is added", Security(new() { CapabilitiesDrop = ["ALL"], CapabilitiesAdd = ["KILL"] })),
        new("cap-add-all", "ALL added is what the host can give, less the drops", Security(new() { CapabilitiesAdd = ["ALL"], CapabilitiesDrop = ["SYS_ADMIN"] })),
        new("privileged", "everything: capabilities, devices, /sys and cgroups to write, no masks", Security(new() { Privileged = true, Seccomp = "" })),
        new("privileged-readonly", "a read-only root keeps /sys so", Security(new() { Privileged = true, Seccomp = "" }) with { Rootfs = new RootfsConfig("/images/busybox", Readonly: true) }),
        new("no-new-privileges", "the bit is the spec's", Security(SecurityWords.Apply(new(), ["no-new-privileges"], "f"))),
        new("writable-cgroups", "the cgroup mount can be written", Security(SecurityWords.Apply(new(), ["writable-cgroups=true"], "f"))),
        new("systempaths", "nothing masked, nothing read-only", Security(SecurityWords.Apply(new(), ["systempaths=unconfined"], "f"))),
        new("masked-paths", "the config's lists replace the defaults", Security(new() { MaskedPaths = ["/proc/kcore"], ReadonlyPaths = [] })),
        new("seccomp-default", "the default filter, an allow list", Plain with { Security = new SecurityConfig() }),
        new("seccomp-sys-admin", "a capability brings its system calls into the filter", Plain with { Security = new SecurityConfig { CapabilitiesAdd = ["SYS_ADMIN"] } }),
        new("seccomp-privileged", "privileged with a filter that is asked for keeps it", Plain with { Security = new SecurityConfig { Privileged = true, Seccomp = "default" } }),
        new("device", "a device node with the host's numbers, owner and mode, and a rule for it", Plain with { Devices = [new("/dev/fuse", "/dev/f", "rw")] }),
        new("device-directory", "a directory gives every device below it", Plain with { Devices = [new("/dev")] }),
        new("device-rules", "rules of the config come after the defaults", Plain with { DeviceRules = ["c 10:* rw", "b *:* m"] }),
        new("shm-size", "the size of /dev/shm", Plain with { ShmSizeBytes = 1 << 20 }),
        new("ipc-host", "the host's ipc comes with its /dev/shm", Modes(new() { Ipc = "host" })),
        new("ipc-none", "no ipc at all: no /dev/shm", Modes(new() { Ipc = "none" })),
        new("ipc-shareable", "a /dev/shm on the host that others can join", Modes(new() { Ipc = "shareable" }) with { SharedMemory = "/run/c1/shm" }),
        new("ipc-container", "another container's namespace and its /dev/shm", Modes(new() { Ipc = "container:open" })),
        new("pid-host", "no pid namespace", Modes(new() { Pid = "host" })),
        new("pid-container", "the pid namespace of another container's init", Modes(new() { Pid = "container:open" })),
        new("uts-host", "the host's name, which is in no variable", Modes(new() { Uts = "host" })),
        new("uts-container", "the other container's name", Modes(new() { Uts = "container:open" })),
        new("network-host", "no network namespace, and no settings of one", Modes(new() { Network = "host" })),
        new("network-container", "the network of another container's init", Modes(new() { Network = "container:open" })),
        new("cgroup-host", "no cgroup namespace", Modes(new() { Cgroup = "host" })),
        new("user-private", "a user namespace: maps, writable cgroups, no group range for ping", Modes(new() { User = "private", UidMappings = [new(0, 100000, 65536)], GidMappings = [new(0, 100000, 65536)] })),
        new("user-locked", "in a user namespace a bind mount keeps its source's locked flags", Modes(new() { User = "private", UidMappings = [new(0, 100000, 65536)], GidMappings = [new(0, 100000, 65536)] }) with { Mounts = [new() { Source = "/locked", Destination = "/data" }] }),
        new("namespace-path", "a path is joined as it is", Modes(new() { Network = "/run/netns/blue" })),
        new("mount-bind", "a bind mount is recursive and private", Mounts(new MountConfig { Source = "/srv", Destination = "/data" })),
        new("mount-readonly", "a read-only bind is so to its last submount", Mounts(new MountConfig { Source = "/srv", Destination = "/data", Options = ["ro"] })),
        new("mount-readonly-top", "unless only its top is asked for", Mounts(new MountConfig { Source = "/srv", Destination = "/data", Options = ["ro"], ReadOnlyRecursive = "no" })),
        new("mount-slave", "a slave mount makes the root one", Mounts(new MountConfig { Source = "/shared", Destination = "/data", Options = ["rslave"] })),
        new("mount-shared", "a shared mount makes the root shared", Mounts(new MountConfig { Source = "/shared", Destination = "/data", Options = ["rshared"] })),
        new("mount-order", "mounts go by depth, whatever their order", Mounts(new MountConfig { Source = "/b", Destination = "/data/deep" }, new MountConfig { Source = "/a", Destination = "/data" })),
        new("mount-over-default", "a mount of the config replaces the default there", Mounts(new MountConfig { Type = "tmpfs", Destination = "/dev/shm", Options = ["size=1m"] })),
        new("mount-over-dev", "one on /dev replaces every default below", Mounts(new MountConfig { Source = "/dev", Destination = "/dev" })),
        new("tmpfs", "a tmpfs is nosuid, nodev, noexec", Mounts(new MountConfig { Type = "tmpfs", Destination = "/tmp" })),
        new("tmpfs-options", "the config's words take the place of the defaults", Mounts(new MountConfig { Type = "tmpfs", Destination = "/tmp", Options = ["exec", "size=1m", "size=2m", "mode=1777"] })),
        new("volume", "a volume is a bind mount of where it lies", Mounts(VolumeWords.Parse("data:/var/lib/data", "f")) with { VolumePaths = Volumes }),
        new("volume-readonly", "with a mode", Mounts(VolumeWords.Parse("data:/var/lib/data:ro,z", "f")) with { VolumePaths = Volumes }),
        new("volume-subpath", "a directory inside it", Mounts(new MountConfig { Type = "volume", Source = "data", Destination = "/d", Subpath = "a/b" }) with { VolumePaths = Volumes }),
        new("files", "hostname, hosts and resolv.conf are the daemon's", Plain with { Files = Files }),
        new("files-own", "unless a mount of the config is there", Plain with { Files = Files, Mounts = [new() { Source = "/my/hosts", Destination = "/etc/hosts" }] }),
        new("files-readonly", "read-only with the root", Plain with { Files = Files, Rootfs = new RootfsConfig("/images/busybox", Readonly: true) }),
        new("init", "an init in front, bound read-only", Plain with { Init = true, InitProgram = "/run/init" }),
        new("init-host-pid", "no init outside a pid namespace of its own", Modes(new() { Pid = "host" }) with { Init = true, InitProgram = "/run/init" }),
        new("memory", "as much swap again as memory", Limits(new() { MemoryLimitBytes = 64 << 20 })),
        new("memory-swap", "swap and memory together", Limits(new() { MemoryLimitBytes = 64 << 20, SwapLimitBytes = 96 << 20, MemoryReservationBytes = 32 << 20, Swappiness = 10 })),
        new("memory-no-swap-limit", "-1 is no limit of swap", Limits(new() { MemoryLimitBytes = 64 << 20, SwapLimitBytes = -1 })),
        new("oom", "the memory killer off, with its warning", Limits(new() { DisableOomKiller = true }) with { OomScoreAdj = 500 }),
        new("cpus", "CPUs are a quota in a period of 100 ms", Limits(new() { Cpus = 1.5 })),
        new("nano-cpus", "and so are billionths of CPUs", Limits(new() { NanoCpus = 250_000_000 })),
        new("cpu-shares", "shares, sets, quota and real time", Limits(new() { CpuShares = 512, CpusetCpus = "0-1", CpusetMems = "0", CpuQuotaMicroseconds = 20000, CpuPeriodMicroseconds = 50000, RealtimePeriodMicroseconds = 1000, RealtimeRuntimeMicroseconds = 500 })),
        new("pids", "no limit of processes is -1", Limits(new() { PidsLimit = 0 })),
        new("block-io", "weights and throttles by the host's devices", Limits(new() { BlockIoWeight = 300, WeightDevices = [new("/dev/sda", 200)], ThrottleReadBytes = [new("/dev/sda", 1024)], ThrottleWriteOperations = [new("/dev/sda", 10)] })),
        new("ulimits", "by the shell's name or the kernel's", Plain with { Rlimits = [new("nofile", 1024, 2048), new("RLIMIT_CORE", 0, 0)] }),
        new("sysctls", "the config's settings come over ours", Plain with { Sysctls = new Dictionary<string, string> { ["net.ipv4.ip_unprivileged_port_start"] = "80", ["kernel.shmmax"] = "1" } }),
        new("annotations", "annotations are the spec's", Plain with { Annotations = new Dictionary<string, string> { ["org.example.key"] = "value" } }),
        new("cgroup-parent", "the container's cgroup is below the config's parent", Plain with { CgroupParent = "/machine//tenant/" }),
    ];

    private static Dictionary<string, string> Volumes => new() { ["data"] = "/var/lib/shimservice/volumes/data/_data" };

    private static Dictionary<string, string> Files => new()
    {
        ["/etc/hostname"] = "/run/c1/hostname",
        ["/etc/hosts"] = "/run/c1/hosts",
        ["/etc/resolv.conf"] = "/run/c1/resolv.conf",
    };

    private static ContainerConfig Security(SecurityConfig security) => Plain with
    {
        Security = security.Privileged ? security : security with { Seccomp = "unconfined" },
    };

    private static ContainerConfig Modes(NamespacesConfig namespaces) =>
        Plain with { Namespaces = namespaces, Donors = Donors };

    private static ContainerConfig Mounts(params MountConfig[] mounts) => Plain with { Mounts = mounts };

    private static ContainerConfig Limits(ResourcesConfig resources) => Plain with { Resources = resources };
}
