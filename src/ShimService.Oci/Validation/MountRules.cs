using ShimService.Oci.Model;

namespace ShimService.Oci.Validation;

/// <summary>Rules for mounts.</summary>
internal static class MountRules
{
    /// <summary>A bound on work and descriptors; the kernel's own default is 100000 mounts in a namespace.</summary>
    private const int Most = 4096;

    internal static void Check(IReadOnlyList<MountSpec> mounts)
    {
        if (mounts.Count > Most)
        {
            throw new SpecException("mounts", $"has more than {Most} entries");
        }

        for (var i = 0; i < mounts.Count; i++)
        {
            CheckOne(mounts[i], $"mounts[{i}]");
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
        var bind = false;
        for (var i = 0; i < mount.Options.Count; i++)
        {
            PathRules.CheckText(mount.Options[i], $"{field}.options[{i}]");
            UnsupportedValues.CheckMountOption(mount.Options[i], $"{field}.options[{i}]");
            bind |= mount.Options[i] is "bind" or "rbind";
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
}
