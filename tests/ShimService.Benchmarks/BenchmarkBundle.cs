using System.Text.Json.Nodes;

namespace ShimService.Benchmarks;

/// <summary>
/// The one bundle every row launches: a default container (six namespaces, seven mounts, masked and read-only paths,
/// fourteen capabilities, seccomp, limits) that runs /bin/true. limit.c does the same by hand: change both together.
/// </summary>
internal static class BenchmarkBundle
{
    private static readonly string[] Plain = ["nosuid", "noexec", "nodev"];

    private static readonly string[] Capabilities =
    [
        "CAP_CHOWN", "CAP_DAC_OVERRIDE", "CAP_FSETID", "CAP_FOWNER", "CAP_MKNOD", "CAP_NET_RAW", "CAP_SETGID",
        "CAP_SETUID", "CAP_SETFCAP", "CAP_SETPCAP", "CAP_NET_BIND_SERVICE", "CAP_SYS_CHROOT", "CAP_KILL",
        "CAP_AUDIT_WRITE",
    ];

    private static readonly string[] Masked =
    [
        "/proc/acpi", "/proc/asound", "/proc/interrupts", "/proc/kcore", "/proc/keys", "/proc/latency_stats",
        "/proc/sched_debug", "/proc/scsi", "/proc/timer_list", "/proc/timer_stats", "/sys/devices/virtual/powercap",
        "/sys/firmware",
    ];

    private static readonly string[] ReadOnly =
        ["/proc/bus", "/proc/fs", "/proc/irq", "/proc/sys", "/proc/sysrq-trigger"];

    /// <returns>The bundle's directory.</returns>
    public static string Write(string directory, string rootfs, string[] seccompNames, params string[] args)
    {
        Directory.CreateDirectory(directory);
        var spec = new JsonObject
        {
            ["ociVersion"] = "1.0.2",
            ["hostname"] = "bench",
            ["root"] = new JsonObject { ["path"] = rootfs },
            ["process"] = Process(args),
            ["mounts"] = Mounts(),
            ["linux"] = Linux(seccompNames),
        };
        File.WriteAllText(Path.Combine(directory, "config.json"), spec.ToJsonString());
        return directory;
    }

    private static JsonObject Process(string[] args) => new()
    {
        ["user"] = new JsonObject { ["uid"] = 0, ["gid"] = 0 },
        ["cwd"] = "/",
        ["args"] = Strings(args),
        ["env"] = Strings("PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"),
        ["noNewPrivileges"] = true,
        ["rlimits"] = new JsonArray(
            new JsonObject { ["type"] = "RLIMIT_NOFILE", ["soft"] = 1024, ["hard"] = 1024 }),
        ["capabilities"] = new JsonObject
        {
            ["bounding"] = Strings(Capabilities),
            ["permitted"] = Strings(Capabilities),
            ["effective"] = Strings(Capabilities),
        },
    };

    private static JsonArray Mounts() =>
    [
        Mount("/proc", "proc", "proc", Plain),
        Mount("/dev", "tmpfs", "tmpfs", ["nosuid", "strictatime", "mode=755", "size=65536k"]),
        Mount(
            "/dev/pts", "devpts", "devpts", ["nosuid", "noexec", "newinstance", "ptmxmode=0666", "mode=0620", "gid=5"]),
        Mount("/sys", "sysfs", "sysfs", [.. Plain, "ro"]),
        Mount("/sys/fs/cgroup", "cgroup", "cgroup", [.. Plain, "ro"]),
        Mount("/dev/mqueue", "mqueue", "mqueue", Plain),
        Mount("/dev/shm", "tmpfs", "shm", [.. Plain, "mode=1777", "size=65536k"]),
    ];

    private static JsonObject Linux(string[] seccompNames) => new()
    {
        ["namespaces"] = new JsonArray(
            [.. new[] { "mount", "uts", "ipc", "pid", "network", "cgroup" }.Select(type => new JsonObject { ["type"] = type })]),
        ["resources"] = new JsonObject
        {
            ["memory"] = new JsonObject { ["limit"] = 268435456 },
            ["pids"] = new JsonObject { ["limit"] = 512 },
            ["cpu"] = new JsonObject { ["shares"] = 512 },
            ["devices"] = new JsonArray(new JsonObject { ["allow"] = false, ["access"] = "rwm" }),
        },
        ["maskedPaths"] = Strings(Masked),
        ["readonlyPaths"] = Strings(ReadOnly),
        ["seccomp"] = new JsonObject
        {
            ["defaultAction"] = "SCMP_ACT_ERRNO",
            ["architectures"] = Strings("SCMP_ARCH_X86_64"),
            ["syscalls"] = new JsonArray(
                new JsonObject { ["names"] = Strings(seccompNames), ["action"] = "SCMP_ACT_ALLOW" }),
        },
    };

    private static JsonObject Mount(string destination, string type, string source, string[] options) => new()
    {
        ["destination"] = destination, ["type"] = type, ["source"] = source, ["options"] = Strings(options),
    };

    private static JsonArray Strings(params string[] words) => [.. words.Select(word => JsonValue.Create(word))];
}
