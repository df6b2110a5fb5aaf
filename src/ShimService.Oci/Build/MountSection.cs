using System.Globalization;
using ShimService.Oci.Model;

namespace ShimService.Oci.Build;

/// <summary>
/// Docker's default mounts, then the config's by depth of their destination. A mount of the config replaces a default
/// on the same destination, and one on /dev replaces every default below it.
/// </summary>
internal static class MountSection
{
    private const long DefaultSharedMemory = 64 << 20;

    private static readonly string[] StayWritable = ["/proc", "/dev", "/dev/pts", "/dev/shm", "/dev/mqueue"];

    internal static List<MountSpec> Build(ContainerConfig config, IBuildHost host)
    {
        var own = new List<MountSpec>(config.Mounts.Count);
        for (var i = 0; i < config.Mounts.Count; i++)
        {
            var mount = MountCompletion.Complete(config, config.Mounts[i], $"config.mounts[{i}]", host);
            if (own.Exists(other => other.Destination == mount.Destination))
            {
                throw new SpecException($"config.mounts[{i}].destination", $"{mount.Destination} has a mount already");
            }

            own.Add(mount);
        }

        var list = new List<MountSpec>(own.Count + 12);
        foreach (var candidate in Defaults(config))
        {
            if (!own.Exists(mount => Replaces(mount.Destination, candidate.Destination)))
            {
                list.Add(Adjusted(candidate, config));
            }
        }

        AddFiles(config, own);
        if (config.Init && NamespaceMode.Parse(config.Namespaces.Pid, "pid").IsNew)
        {
            own.Add(Bind(config.InitProgram, InitSection.Place, "bind", "ro", "rprivate"));
        }

        // Stable, so that what a person listed first on one level is mounted first.
        list.AddRange(own.OrderBy(mount => Depth(mount.Destination)));
        return list;
    }

    private static IEnumerable<MountSpec> Defaults(ContainerConfig config)
    {
        yield return Default("/proc", "proc", "proc", "nosuid", "noexec", "nodev");
        yield return Default("/dev", "tmpfs", "tmpfs", "nosuid", "strictatime", "mode=755", "size=65536k");
        yield return Default("/dev/pts", "devpts", "devpts",
            "nosuid", "noexec", "newinstance", "ptmxmode=0666", "mode=0620", "gid=5");
        yield return Default("/sys", "sysfs", "sysfs", "nosuid", "noexec", "nodev", "ro");
        yield return Default("/sys/fs/cgroup", "cgroup", "cgroup", "ro", "nosuid", "noexec", "nodev");
        yield return Default("/dev/mqueue", "mqueue", "mqueue", "nosuid", "noexec", "nodev");
        if (SharedMemory(config) is { } shared)
        {
            yield return shared;
        }
    }

    // /dev/shm belongs to the ipc mode: System V and POSIX shared memory are shared together or not at all.
    private static MountSpec? SharedMemory(ContainerConfig config)
    {
        const string place = "/dev/shm";
        var mode = NamespaceMode.Parse(config.Namespaces.Ipc, "ipc", isIpc: true);
        switch (mode.Kind)
        {
            case NamespaceModeKind.None:
                return null;
            case NamespaceModeKind.Host:
                return Bind(place, place, "rbind", "rprivate", "nosuid", "noexec", "nodev");
            case NamespaceModeKind.Shareable when config.SharedMemory.Length > 0:
                return Bind(config.SharedMemory, place, "bind", "rprivate", "nosuid", "noexec", "nodev");
            case NamespaceModeKind.Container:
                return Bind(
                    NamespaceSection.IpcDonor(config)?.SharedMemory ?? throw new SpecException("config.namespaces.ipc",
                        $"container {mode.Target} does not share its ipc: make it with ipc mode \"shareable\""),
                    place, "bind", "rprivate", "nosuid", "noexec", "nodev");
            default:
                var size = config.ShmSizeBytes > 0 ? config.ShmSizeBytes : DefaultSharedMemory;
                return Default(place, "tmpfs", "shm", "nosuid", "noexec", "nodev", "mode=1777",
                    $"size={(size / 1024).ToString(CultureInfo.InvariantCulture)}k");
        }
    }

    private static MountSpec Adjusted(MountSpec mount, ContainerConfig config)
    {
        var options = new List<string>(mount.Options);
        var isPrivileged = config.Security.Privileged;
        var isWritable = mount.Destination switch
        {
            "/sys" => isPrivileged,
            "/sys/fs/cgroup" => isPrivileged || config.Security.WritableCgroups
                || config.Namespaces.User is not ("" or "host"),
            _ => false,
        };
        if (isWritable)
        {
            options.Remove("ro");
        }

        if (config.Rootfs.Readonly && !StayWritable.Contains(mount.Destination) && !options.Contains("ro"))
        {
            options.Add("ro");
        }

        return mount with { Options = options };
    }

    // The files of names and addresses, unless the user mounts others there.
    private static void AddFiles(ContainerConfig config, List<MountSpec> own)
    {
        foreach (var (destination, source) in config.Files.OrderBy(entry => entry.Key, StringComparer.Ordinal))
        {
            if (!own.Exists(mount => mount.Destination == destination))
            {
                own.Add(config.Rootfs.Readonly
                    ? Bind(source, destination, "rbind", "ro", "rprivate")
                    : Bind(source, destination, "rbind", "rprivate"));
            }
        }
    }

    private static bool Replaces(string own, string standard) =>
        own == standard || (own == "/dev" && standard.StartsWith("/dev/", StringComparison.Ordinal));

    private static int Depth(string path) => path.AsSpan().Count('/');

    private static MountSpec Bind(string source, string destination, params string[] options) =>
        new() { Destination = destination, Type = "bind", Source = source, Options = options };

    private static MountSpec Default(string destination, string type, string source, params string[] options) =>
        new() { Destination = destination, Type = type, Source = source, Options = options };
}
