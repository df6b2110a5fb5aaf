using ShimService.Oci.Model;

namespace ShimService.Oci.Build;

/// <summary>
/// A mount can be passed on only where its source passes mounts on; and then the root itself must not stop it.
/// </summary>
internal static class PropagationRules
{
    internal static void Check(string source, string propagation, string field, IBuildHost host)
    {
        if (propagation is not ("shared" or "rshared" or "slave" or "rslave")
            || host.FindMount(source) is not { } mount)
        {
            return;
        }

        if (propagation is "shared" or "rshared" && !mount.Shared)
        {
            throw new SpecException($"{field}.options", $"{propagation}: {source} is not on a shared mount");
        }

        if (!mount.Shared && !mount.Slave)
        {
            throw new SpecException(
                $"{field}.options", $"{propagation}: {source} is on neither a shared nor a slave mount");
        }
    }

    /// <summary>What the root needs so that the mounts' own propagation works.</summary>
    internal static RootfsPropagation ForRoot(IReadOnlyList<MountSpec> mounts)
    {
        var result = RootfsPropagation.Default;
        foreach (var mount in mounts)
        {
            switch (PropagationWords.Of(mount.Options))
            {
                case "shared" or "rshared":
                    return RootfsPropagation.Shared;
                case "slave" or "rslave":
                    result = RootfsPropagation.RecursiveSlave;
                    break;
                default:
                    break;
            }
        }

        return result;
    }
}
