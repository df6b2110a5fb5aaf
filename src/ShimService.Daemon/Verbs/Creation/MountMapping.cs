using ShimService.Oci;
using ShimService.Oci.Build;
using V1 = ShimService.Contracts.V1;

namespace ShimService.Daemon.Verbs.Creation;

/// <summary>
/// The three ways to ask for a mount as one list: mounts, volumes in Docker's words, tmpfs by destination.
/// </summary>
internal static class MountMapping
{
    /// <summary>Errors: SpecException for words that make no sense.</summary>
    public static IReadOnlyList<MountConfig> Map(V1.ContainerConfig config)
    {
        var list = new List<MountConfig>(config.Mounts.Count);
        for (var i = 0; i < config.Mounts.Count; i++)
        {
            list.Add(Map(config.Mounts[i], $"config.mounts[{i}]"));
        }

        for (var i = 0; i < config.Volumes.Count; i++)
        {
            list.Add(VolumeWords.Parse(config.Volumes[i], $"config.volumes[{i}]"));
        }

        foreach (var (destination, options) in config.Tmpfs)
        {
            list.Add(new MountConfig
            {
                Type = "tmpfs",
                Destination = destination,
                Options = options.Split(',', StringSplitOptions.RemoveEmptyEntries),
            });
        }

        return list;
    }

    private static MountConfig Map(V1.Mount mount, string field)
    {
        if (mount.Type == "volume" && mount.Source.Length > 0)
        {
            VolumeWords.CheckName(mount.Source, $"{field}.source");
        }

        if (mount.Type != "volume" && (mount.NoCopy || mount.Subpath.Length > 0))
        {
            throw new SpecException(field, "no_copy and subpath go with a volume only");
        }

        return new MountConfig
        {
            Type = mount.Type,
            Source = mount.Source,
            Destination = mount.Destination,
            Options = mount.Options,
            NoCopy = mount.NoCopy,
            Subpath = mount.Subpath,
            CreateSource = mount.CreateSource,
            ReadOnlyRecursive = mount.ReadOnlyRecursive,
        };
    }
}
