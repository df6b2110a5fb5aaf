using ShimService.Linux.Cgroups;
using ShimService.Oci.Model;

namespace ShimService.Engine.Tests.Fuzzing;

/// <summary>
/// A mutated spec, made safe to be carried out on this host: what would act outside of the container, or run what the
/// mutation says, is replaced; what acts inside stays, however odd.
/// </summary>
internal static class HarmlessSpec
{
    private static readonly bool IsUnified = CgroupLayout.Detect().Mode == CgroupMode.Unified;
    private static readonly string[] FileSystems = ["proc", "sysfs", "tmpfs", "devpts", "mqueue", "cgroup", "cgroup2"];

    /// <param name="spec">Valid.</param>
    /// <param name="rootfs">A directory of the test's own, for the container to change.</param>
    /// <param name="source">Another, for it to bind.</param>
    public static Spec Of(Spec spec, string rootfs, string source) => spec with
    {
        Root = new RootSpec(rootfs, spec.Root?.Readonly ?? false),
        Process = (spec.Process ?? new ProcessSpec { Cwd = "/" }) with
        {
            Args = ["sleep", "1000"],
            Env = ["PATH=/bin"],

            Rlimits = [.. (spec.Process?.Rlimits ?? []).Where(limit => limit.Hard <= 1024)],

            // Else the filters of some documents deny what the launch does after them, and that would be all.
            NoNewPrivileges = spec.Process is { NoNewPrivileges: true } || spec.Linux.Seccomp is not null,
        },
        Mounts = [.. spec.Mounts.Select(mount => Mount(mount, source))],
        Hooks = new HooksSpec
        {
            Prestart = Quiet(spec.Hooks.Prestart),
            CreateRuntime = Quiet(spec.Hooks.CreateRuntime),
            CreateContainer = Quiet(spec.Hooks.CreateContainer),
            StartContainer = Quiet(spec.Hooks.StartContainer),
            Poststart = Quiet(spec.Hooks.Poststart),
            Poststop = Quiet(spec.Hooks.Poststop),
        },
        Linux = spec.Linux with
        {
            // None of somebody else's, and always mounts of its own.
            Namespaces = [.. spec.Linux.Namespaces.Where(one => one.Kind != LinuxNamespaceKind.Mount)
                .Select(one => one with { Path = "" }), new LinuxNamespace(LinuxNamespaceKind.Mount)],

            // A network device of the host's would be gone with the container, and a socket is somebody's.
            NetDevices = [],
            Seccomp = spec.Linux.Seccomp is { } seccomp ? seccomp with { ListenerPath = "" } : null,
            CgroupsPath = "",
            Resources = spec.Linux.Resources is { } resources ? Limits(resources) : null,
        },
    };

    // A disk of the host's can be mounted by its name.
    private static MountSpec Mount(MountSpec mount, string source)
    {
        if (mount.Options.Any(option => option is "bind" or "rbind"))
        {
            return mount with { Source = source };
        }

        return mount with
        {
            Source = "none", Type = FileSystems.Contains(mount.Type) ? mount.Type : "tmpfs",
            Options = [.. mount.Options.Where(option => !option.StartsWith("size=", StringComparison.Ordinal))],
        };
    }

    private static HookSpec[] Quiet(IReadOnlyList<HookSpec> hooks) =>
        [.. hooks.Take(2).Select(hook => hook with { Path = "/bin/true", Timeout = hook.Timeout is null ? null : 10 })];

    // Nothing waits for memory or for a share of a CPU that it would get once in seconds, and what this host has not is
    // not all that is told.
    private static LinuxResources Limits(LinuxResources resources) => resources with
    {
        Unified = IsUnified ? resources.Unified : new Dictionary<string, string>(),
        BlockIo = null,
        Network = null,
        Rdma = [],
        Memory = resources.Memory is { } memory ? memory with { DisableOomKiller = null } : null,
        Cpu = resources.Cpu is { } cpu
            ? cpu with
            {
                Quota = cpu.Quota is > 0 and < 100_000 ? 100_000 : cpu.Quota,
                Period = null,
                RealtimeRuntime = null,
                RealtimePeriod = null,
            }
            : null,
    };
}
