using ShimService.Daemon.Volumes;
using ShimService.Oci;
using ShimService.Oci.Build;

namespace ShimService.Daemon.Verbs.Creation;

/// <summary>Which volumes a config means, and which sources of bind mounts are to be made.</summary>
internal sealed record VolumePlan(
    ContainerConfig Config, IReadOnlyList<PlannedVolume> Volumes, IReadOnlyList<string> Sources)
{
    /// <param name="config">What was asked for.</param>
    /// <param name="store">Where volumes lie.</param>
    /// <param name="ours">Directories that shimd makes for this container.</param>
    /// <summary>Errors: SpecException for a source that is missing and not to be made.</summary>
    public static VolumePlan Of(ContainerConfig config, VolumeStore store, string[] ours)
    {
        if (config.Mounts.Count == 0)
        {
            return new VolumePlan(config, [], []);
        }

        var mounts = new List<MountConfig>(config.Mounts);
        var volumes = new List<PlannedVolume>();
        var sources = new List<string>();
        var paths = new Dictionary<string, string>(StringComparer.Ordinal);
        for (var i = 0; i < mounts.Count; i++)
        {
            var (mount, field) = (mounts[i], $"config.mounts[{i}]");
            if (mount.Type == "volume")
            {
                var isOwn = mount.Source.Length == 0;
                var path = isOwn ? store.OwnPath(config.Id, volumes.Count) : store.PathOf(mount.Source);

                // Names begin with a letter or digit: this one cannot be a person's.
                var name = isOwn ? FormattableString.Invariant($"/own/{volumes.Count}") : mount.Source;
                paths[name] = path;
                mounts[i] = mount with { Source = name };
                volumes.Add(new PlannedVolume(
                    path, mount.Destination, isOwn, mount.NoCopy || mount.Subpath.Length > 0, field));
            }
            else if (mount.Type is "" or "bind" && IsMissing(mount.Source, ours))
            {
                sources.Add(mount.CreateSource
                    ? mount.Source
                    : throw new SpecException($"{field}.source", $"{mount.Source} does not exist"));
            }
        }

        return new VolumePlan(config with { Mounts = mounts, VolumePaths = paths }, volumes, sources);
    }

    // What shimd mounts into the container out of its own directories is made later.
    private static bool IsMissing(string source, string[] ours) => source.StartsWith('/')
        && !ours.Any(directory => source.StartsWith(directory + "/", StringComparison.Ordinal)) && !Path.Exists(source);
}
