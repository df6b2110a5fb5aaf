using ShimService.Oci.Model;

namespace ShimService.Engine.Launching;

/// <summary>Ids of a container's user namespace as the host numbers them.</summary>
internal static class HostIds
{
    /// <summary>
    /// The host's id; without mappings the same number, and the overflow id 65534 for an unmapped one.
    /// </summary>
    public static uint Of(uint id, IReadOnlyList<LinuxIdMapping> mappings)
    {
        const uint overflow = 65534;
        foreach (var mapping in mappings)
        {
            if (id >= mapping.ContainerId && id - mapping.ContainerId < mapping.Size)
            {
                return mapping.HostId + (id - mapping.ContainerId);
            }
        }

        return mappings.Count == 0 ? id : overflow;
    }
}
