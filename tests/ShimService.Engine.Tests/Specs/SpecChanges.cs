using ShimService.Oci.Model;

namespace ShimService.Engine.Tests.Specs;

/// <summary>Small changes of a spec, to be put together.</summary>
internal static class SpecChanges
{
    private static readonly string[] MountingNames = ["CAP_SYS_ADMIN", "CAP_DAC_OVERRIDE", "CAP_CHOWN", "CAP_FOWNER"];

    /// <summary>Writes "point options rest" of every mount, in their order. Source: man 5 proc_pid_mountinfo.</summary>
    internal const string MountTable =
        "while read -r a b c d e f rest; do echo \"$e $f $rest\"; done < /proc/self/mountinfo";

    internal static LinuxCapabilities Mounting { get; } = new()
    {
        Bounding = MountingNames, Permitted = MountingNames, Effective = MountingNames,
    };

    internal static Spec WithProcess(this Spec spec, Func<ProcessSpec, ProcessSpec> change) =>
        spec with { Process = change(spec.Process!) };

    internal static Spec WithLinux(this Spec spec, Func<LinuxSpec, LinuxSpec> change) =>
        spec with { Linux = change(spec.Linux) };

    /// <summary>Replaces the entry of that kind, or adds one.</summary>
    internal static Spec WithNamespace(this Spec spec, LinuxNamespaceKind kind, string path = "") =>
        spec.WithLinux(linux => linux with
        {
            Namespaces = [.. linux.Namespaces.Where(one => one.Kind != kind), new LinuxNamespace(kind, path)],
        });

    internal static Spec WithoutNamespace(this Spec spec, LinuxNamespaceKind kind) =>
        spec.WithLinux(linux => linux with { Namespaces = [.. linux.Namespaces.Where(one => one.Kind != kind)] });

    /// <summary>A new user namespace with ids of the host from 100000 on.</summary>
    internal static Spec InUserNamespace(this Spec spec) =>
        spec.WithNamespace(LinuxNamespaceKind.User).WithLinux(linux => linux with
        {
            UidMappings = SpecScene.Mapped,
            GidMappings = SpecScene.Mapped,

            // What the builder sets for a user it has not been told of names ids that are not mapped.
            Sysctl = new Dictionary<string, string>(),
        });

    internal static Spec WithMounts(this Spec spec, params MountSpec[] mounts) =>
        spec with { Mounts = [.. spec.Mounts, .. mounts] };

    internal static Spec WithoutMount(this Spec spec, string destination) =>
        spec with { Mounts = [.. spec.Mounts.Where(mount => mount.Destination != destination)] };

    /// <summary>May mount, and no filter keeps it from that.</summary>
    internal static Spec MayMount(this Spec spec) => spec with
    {
        Process = spec.Process! with
        {
            Capabilities = Mounting,
        },
        Linux = spec.Linux with { Seccomp = null },
    };

    internal static Spec When(
        this Spec spec, bool condition, Func<Spec, Spec> change) =>
        condition ? change(spec) : spec;

    internal static Spec With(this Spec spec, params LinuxDevice[] devices) =>
        spec.WithLinux(linux => linux with { Devices = devices });
}
