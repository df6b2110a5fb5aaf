using ShimService.Oci.Model;

namespace ShimService.Oci.Validation;

/// <summary>Rules for mounts.</summary>
internal static class MountRules
{
    /// <summary>A bound on work and descriptors; the kernel's own default is 100000 mounts in a namespace.</summary>
    private const int Most = 4096;

    internal static void Check(Spec spec)
    {
        var mounts = spec.Mounts;
        if (mounts.Count > Most)
        {
            throw new SpecException("mounts", $"has more than {Most} entries");
        }

        for (var i = 0; i < mounts.Count; i++)
        {
            CheckOne(mounts[i], $"mounts[{i}]");
            CheckMappings(mounts[i], $"mounts[{i}]", spec.Linux);
        }
    }

    private static void CheckOne(MountSpec mount, string field)
    {
        PathRules.CheckText(mount.Destination, $"{field}.destination");
        if (mount.Destination.Trim('/', '.').Length == 0)
        {
            var problem = mount.Destination.Length == 0 ? "is required" : "must not be the root itself";
            throw new SpecException($"{field}.destination", problem);
        }

        ProcRules.Check(mount, field);
        PathRules.CheckText(mount.Source, $"{field}.source");
        PathRules.CheckText(mount.Type, $"{field}.type");
        var (bind, remount, link) = (false, false, false);
        for (var i = 0; i < mount.Options.Count; i++)
        {
            PathRules.CheckText(mount.Options[i], $"{field}.options[{i}]");
            UnsupportedValues.CheckMountOption(mount.Options[i], $"{field}.options[{i}]");
            bind |= mount.Options[i] is "bind" or "rbind";
            if (mount.Options[i] == "tmpcopyup" && mount.Type != "tmpfs")
            {
                throw new SpecException($"{field}.options[{i}]", "tmpcopyup is for a mount of type tmpfs");
            }

            remount |= mount.Options[i] == "remount";
            link |= mount.Options[i] is "copy-symlink" or "src-nofollow" or "dest-nofollow";
        }

        if (bind && mount.Options.Contains("tmpcopyup"))
        {
            throw new SpecException(
                $"{field}.options", "tmpcopyup is for a tmpfs; a bind mount shows what its source has");
        }

        if (link && !bind)
        {
            throw new SpecException(
                $"{field}.options", "copy-symlink, src-nofollow and dest-nofollow are for bind mounts; add bind or rbind");
        }

        if (remount)
        {
            // What is there by then has a source and a type.
            return;
        }

        if (bind && mount.Source.Length == 0)
        {
            throw new SpecException($"{field}.source", "is required for a bind mount");
        }

        if (!bind && mount.Type.Length == 0)
        {
            throw new SpecException($"{field}.type", "is required unless the options hold bind or rbind");
        }

        if (!bind && mount.Type == "bind")
        {
            throw new SpecException($"{field}.options", "a bind mount needs bind or rbind among its options");
        }
    }

    private static void CheckMappings(MountSpec mount, string field, LinuxSpec linux)
    {
        NamespaceRules.CheckMappings(mount.UidMappings, $"{field}.uidMappings");
        NamespaceRules.CheckMappings(mount.GidMappings, $"{field}.gidMappings");
        if (mount.UidMappings.Count > 0 != mount.GidMappings.Count > 0)
        {
            throw new SpecException(
                mount.UidMappings.Count > 0 ? $"{field}.gidMappings" : $"{field}.uidMappings",
                "is required: a mount maps the ids of users and of groups, or none");
        }

        if (!mount.IsMapped)
        {
            return;
        }

        if (!mount.Options.Contains("bind") && !mount.Options.Contains("rbind"))
        {
            throw new SpecException(mount.UidMappings.Count > 0 ? $"{field}.uidMappings" : $"{field}.options",
                "only a bind mount can have its ids mapped; add bind or rbind, or leave the mapping out");
        }

        if (mount.UidMappings.Count == 0 && linux.Namespace(LinuxNamespaceKind.User) is null)
        {
            throw new SpecException($"{field}.options",
                "idmap and ridmap need uidMappings and gidMappings of the mount, or \"user\" in linux.namespaces");
        }
    }
}
