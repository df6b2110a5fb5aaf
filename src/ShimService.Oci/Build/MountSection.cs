using ShimService.Oci.Model;

namespace ShimService.Oci.Build;

/// <summary>
/// Docker's default mounts, then the config's by depth of their destination. A mount of the config replaces a default
/// on the same destination, and one on /dev replaces every default below it.
/// </summary>
internal static class MountSection
{
    private static readonly MountSpec[] Defaults =
    [
        Default("/proc", "proc", "proc", "nosuid", "noexec", "nodev"),
        Default("/dev", "tmpfs", "tmpfs", "nosuid", "strictatime", "mode=755", "size=65536k"),
        Default("/dev/pts", "devpts", "devpts",
            "nosuid", "noexec", "newinstance", "ptmxmode=0666", "mode=0620", "gid=5"),
        Default("/sys", "sysfs", "sysfs", "nosuid", "noexec", "nodev", "ro"),
        Default("/sys/fs/cgroup", "cgroup", "cgroup", "ro", "nosuid", "noexec", "nodev"),
        Default("/dev/mqueue", "mqueue", "mqueue", "nosuid", "noexec", "nodev"),
        Default("/dev/shm", "tmpfs", "shm", "nosuid", "noexec", "nodev", "mode=1777", "size=65536k"),
    ];

    internal static List<MountSpec> Build(ContainerConfig config)
    {
        var own = new List<MountSpec>(config.Mounts.Count);
        for (var i = 0; i < config.Mounts.Count; i++)
        {
            own.Add(Complete(config.Mounts[i], $"config.mounts[{i}]"));
        }

        var list = new List<MountSpec>(Defaults.Length + own.Count);
        foreach (var candidate in Defaults)
        {
            if (!own.Exists(mount => Replaces(mount.Destination, candidate.Destination)))
            {
                list.Add(candidate);
            }
        }

        // Stable, so that what a person listed first on one level is mounted first.
        own = [.. own.OrderBy(mount => Depth(mount.Destination))];
        list.AddRange(own);
        return list;
    }

    private static MountSpec Complete(MountSpec mount, string field)
    {
        var destination = mount.Destination.TrimEnd('/');
        if (!destination.StartsWith('/'))
        {
            throw new SpecException(
                $"{field}.destination", $"\"{mount.Destination}\" must be an absolute path below /");
        }

        mount = mount with { Destination = destination };
        if (mount.Type is "" or "bind")
        {
            if (!mount.Source.StartsWith('/'))
            {
                throw new SpecException($"{field}.source", $"\"{mount.Source}\" must be an absolute path of the host");
            }

            return mount with { Type = "bind", Options = BindOptions(mount.Options) };
        }

        // Docker's defaults for a tmpfs; the config's own words come later and so win.
        return mount.Type == "tmpfs"
            ? mount with
            {
                Options = ["nosuid", "nodev", "noexec", .. mount.Options],
                Source = Or(mount.Source, "tmpfs"),
            }
            : mount with { Source = Or(mount.Source, mount.Type) };
    }

    private static string[] BindOptions(IReadOnlyList<string> given)
    {
        var bind = given.Contains("bind") || given.Contains("rbind");
        var propagates = given.Any(word => word is "private" or "rprivate" or "slave" or "rslave" or "shared"
            or "rshared" or "unbindable" or "runbindable");
        return [.. bind ? [] : (string[])["rbind"], .. given, .. propagates ? [] : (string[])["rprivate"]];
    }

    private static bool Replaces(string own, string standard) =>
        own == standard || (own == "/dev" && standard.StartsWith("/dev/", StringComparison.Ordinal));

    private static int Depth(string path) => path.AsSpan().Count('/');

    private static string Or(string text, string otherwise) => text.Length > 0 ? text : otherwise;

    private static MountSpec Default(string destination, string type, string source, params string[] options) =>
        new() { Destination = destination, Type = type, Source = source, Options = options };
}
