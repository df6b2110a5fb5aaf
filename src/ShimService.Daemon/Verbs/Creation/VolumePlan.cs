using ShimService.Daemon.Files;
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
    /// <param name="ours">Directories that shimd makes for this container, its bundle the first.</param>
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
                var volume = Plan(config.Id, store, mount, field, volumes.Count, ours[0]);
                volumes.Add(volume);

                // Names begin with a letter or digit: this one cannot be a person's.
                var key = FormattableString.Invariant($"/{i}");
                paths[key] = volume.SubpathMount.Length > 0 ? volume.SubpathMount : volume.Path;
                mounts[i] = mount with { Source = key, Subpath = "" };
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

    private static PlannedVolume Plan(
        string id, VolumeStore store, MountConfig mount, string field, int number, string bundle)
    {
        var subpath = VolumeWords.Subpath(mount.Subpath, $"{field}.subpath");
        return new PlannedVolume(
            mount.Source,
            mount.Source.Length == 0 ? store.OwnPath(id, number) : store.PathOf(mount.Source),
            mount.Destination,
            mount.NoCopy || subpath.Length > 0,
            field)
        {
            Subpath = subpath,
            SubpathMount = subpath.Length == 0
                ? ""
                : Path.Combine(bundle, ContainerStorage.SubpathsName, FormattableString.Invariant($"{number}")),
        };
    }

    // What shimd mounts into the container out of its own directories is made later.
    private static bool IsMissing(string source, string[] ours) => source.StartsWith('/')
        && !ours.Any(directory => source.StartsWith(directory + "/", StringComparison.Ordinal)) && !Path.Exists(source);
}
