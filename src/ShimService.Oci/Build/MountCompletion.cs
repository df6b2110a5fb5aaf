using ShimService.Oci.Build.Rules;
using ShimService.Oci.Model;

namespace ShimService.Oci.Build;

/// <summary>
/// One mount of a config with what Docker adds to it: kind, propagation, read-only to the last submount.
/// </summary>
internal static class MountCompletion
{
    internal static MountSpec Complete(ContainerConfig config, MountConfig mount, string field, IBuildHost host)
    {
        if (!mount.Destination.StartsWith('/'))
        {
            throw new SpecException(
                $"{field}.destination", $"\"{mount.Destination}\" must be an absolute path below /");
        }

        var destination = TextRules.Clean(mount.Destination);
        if (destination == "/")
        {
            throw new SpecException($"{field}.destination", "must not be the root itself");
        }

        var built = new MountSpec { Destination = destination, Type = mount.Type, Source = mount.Source };
        return mount.Type switch
        {
            "" or "bind" => Bind(config, built, Source(mount, field), mount, field, host),
            "volume" => Bind(config, built, VolumeSource(config, mount, field), mount, field, host),
            "tmpfs" => Tmpfs(built, mount, field),
            _ => built with { Source = Or(mount.Source, mount.Type), Options = mount.Options },
        };
    }

    private static string Source(MountConfig mount, string field) => mount.Source.StartsWith('/')
        ? mount.Source
        : throw new SpecException($"{field}.source", $"\"{mount.Source}\" must be an absolute path of the host");

    private static string VolumeSource(ContainerConfig config, MountConfig mount, string field)
    {
        if (!config.VolumePaths.TryGetValue(mount.Source, out var path))
        {
            throw new SpecException($"{field}.source", $"there is no volume \"{mount.Source}\"");
        }

        return mount.Subpath.Length == 0 ? path : path + "/" + VolumeWords.Subpath(mount.Subpath, $"{field}.subpath");
    }

    private static MountSpec Bind(
        ContainerConfig config, MountSpec built, string source, MountConfig mount, string field, IBuildHost host)
    {
        var given = new List<string>(mount.Options);
        given.RemoveAll(static word => word is "z" or "Z" or "nocopy" or "copy" or "consistent" or "cached"
            or "delegated" or "default");
        var propagation = PropagationWords.Of(given);
        given.RemoveAll(PropagationWords.IsOne);
        var options = new List<string>();
        if (!given.Contains("bind") && !given.Contains("rbind"))
        {
            options.Add("rbind");
        }

        options.AddRange(given);
        ReadOnly(options, mount, field, host);
        propagation = propagation.Length > 0 ? propagation : "rprivate";
        PropagationRules.Check(source, propagation, field, host);
        options.Add(propagation);
        if (config.Namespaces.User is not ("" or "host") && host.FindMount(source) is { } found)
        {
            options.AddRange(found.LockedOptions.Where(word => !options.Contains(word)));
        }

        return built with { Type = "bind", Source = source, Options = options };
    }

    private static void ReadOnly(List<string> options, MountConfig mount, string field, IBuildHost host)
    {
        var isReadOnly = options.Contains("ro") || options.Contains("rro");
        if (mount.ReadOnlyRecursive is not ("" or "no" or "force"))
        {
            throw new SpecException(
                $"{field}.read_only_recursive", $"\"{mount.ReadOnlyRecursive}\" is neither no nor force");
        }

        if (mount.ReadOnlyRecursive.Length > 0 && !isReadOnly)
        {
            throw new SpecException($"{field}.read_only_recursive", "goes with the option ro only");
        }

        if (mount.ReadOnlyRecursive == "force" && !host.Abilities.RecursiveReadOnly)
        {
            throw new SpecException($"{field}.read_only_recursive", "cannot be forced: it needs Linux 5.12");
        }

        if (mount.ReadOnlyRecursive == "force" && !options.Contains("rbind"))
        {
            throw new SpecException($"{field}.read_only_recursive", "cannot be forced on a bind without submounts");
        }

        if (isReadOnly && mount.ReadOnlyRecursive != "no" && host.Abilities.RecursiveReadOnly
            && options.Contains("rbind"))
        {
            options[options.FindIndex(static word => word is "ro" or "rro")] = "rro";
        }
    }

    // Docker's defaults for a tmpfs; the config's own words come later and so win.
    private static MountSpec Tmpfs(MountSpec built, MountConfig mount, string field)
    {
        if (mount.Source is not ("" or "tmpfs" or "shm" or "none"))
        {
            throw new SpecException($"{field}.source", "a tmpfs has no source");
        }

        return built with
        {
            Options = TmpfsWords.Merge(["nosuid", "nodev", "noexec"], mount.Options),
            Source = Or(mount.Source, "tmpfs"),
        };
    }

    private static string Or(string text, string otherwise) => text.Length > 0 ? text : otherwise;
}
