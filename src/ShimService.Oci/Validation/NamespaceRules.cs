using ShimService.Oci.Model;

namespace ShimService.Oci.Validation;

/// <summary>Rules for linux.namespaces and the id mappings.</summary>
internal static class NamespaceRules
{
    /// <summary>Most lines /proc/PID/uid_map takes (Linux ≥ 4.15).</summary>
    private const int MostMappings = 340;

    internal static void Check(Spec spec)
    {
        var seen = 0;
        var namespaces = spec.Linux.Namespaces;
        for (var i = 0; i < namespaces.Count; i++)
        {
            var kind = namespaces[i].Kind;
            if ((seen & (1 << (int)kind)) != 0)
            {
                throw new SpecException($"linux.namespaces[{i}].type", $"{NamespaceNames.Text(kind)} is listed twice");
            }

            seen |= 1 << (int)kind;
            if (!namespaces[i].IsNew)
            {
                PathRules.CheckAbsolute(namespaces[i].Path, $"linux.namespaces[{i}].path");
            }

            UnsupportedValues.CheckNamespace(namespaces[i], $"linux.namespaces[{i}]");
        }

        if (spec.Linux.Namespace(LinuxNamespaceKind.Mount) is null)
        {
            throw new SpecException("linux.namespaces", "needs a mount namespace: the root cannot be changed without");
        }

        CheckTime(spec.Linux);
        NetDeviceRules.Check(spec.Linux);
        CheckMappings(spec.Linux);
    }

    private static void CheckTime(LinuxSpec linux)
    {
        var time = linux.Namespace(LinuxNamespaceKind.Time);
        if (linux.TimeOffsets.Count > 0 && time is not { IsNew: true })
        {
            throw new SpecException("linux.timeOffsets", time is null
                ? "needs \"time\" in linux.namespaces"
                : "the clocks of a time namespace that is joined are set already; leave out the path, or the offsets");
        }
    }

    private static void CheckMappings(LinuxSpec linux)
    {
        CheckMappings(linux.UidMappings, "linux.uidMappings");
        CheckMappings(linux.GidMappings, "linux.gidMappings");
        var user = linux.Namespace(LinuxNamespaceKind.User);
        if (user is null)
        {
            if (linux.UidMappings.Count > 0 || linux.GidMappings.Count > 0)
            {
                var field = linux.UidMappings.Count > 0 ? "linux.uidMappings" : "linux.gidMappings";
                throw new SpecException(field, "needs \"user\" in linux.namespaces");
            }

            return;
        }

        if (user.IsNew && linux.UidMappings.Count == 0)
        {
            throw new SpecException("linux.uidMappings", "is required with a new user namespace");
        }

        if (user.IsNew && linux.GidMappings.Count == 0)
        {
            throw new SpecException("linux.gidMappings", "is required with a new user namespace");
        }
    }

    internal static void CheckMappings(IReadOnlyList<LinuxIdMapping> mappings, string field)
    {
        if (mappings.Count > MostMappings)
        {
            throw new SpecException(field, $"has more than {MostMappings} entries, the most the kernel takes");
        }

        for (var i = 0; i < mappings.Count; i++)
        {
            var mapping = mappings[i];
            if (mapping.Size == 0)
            {
                throw new SpecException($"{field}[{i}].size", "must not be 0");
            }

            // The kernel's own rule: no id of a range may be (uid_t)−1.
            if ((ulong)mapping.ContainerId + mapping.Size > uint.MaxValue
                || (ulong)mapping.HostId + mapping.Size > uint.MaxValue)
            {
                throw new SpecException($"{field}[{i}]", "runs past the last id, 4294967294");
            }

            for (var earlier = 0; earlier < i; earlier++)
            {
                if (Overlap(mapping.ContainerId, mappings[earlier].ContainerId, mapping.Size, mappings[earlier].Size)
                    || Overlap(mapping.HostId, mappings[earlier].HostId, mapping.Size, mappings[earlier].Size))
                {
                    throw new SpecException($"{field}[{i}]", $"overlaps {field}[{earlier}]");
                }
            }
        }
    }

    private static bool Overlap(ulong first, ulong second, ulong firstSize, ulong secondSize) =>
        first < second + secondSize && second < first + firstSize;
}
