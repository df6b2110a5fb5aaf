using ShimService.Oci.Model;

namespace ShimService.Oci.Validation;

/// <summary>
/// Values, inside properties this engine does know, that it does not do yet. Refused by name, never ignored.
/// Whoever implements one deletes its lines here; whole properties stand in
/// <see cref="Parse.UnsupportedProperties"/>.
/// </summary>
internal static class UnsupportedValues
{
    internal static void CheckNamespace(LinuxNamespace candidate, string field)
    {
        if (candidate is { Kind: LinuxNamespaceKind.Mount, IsNew: false })
        {
            throw Unsupported($"{field}.path",
                "a mount namespace is not joined: the container's root cannot become the root of one that others have as "
                + "theirs. Leave the path out and share files by bind mounts, or run one more process in the other container");
        }
    }

    // Flags of a file system as a whole: no call changes them for all that is mounted below a place.
    internal static void CheckMountOption(string option, string field)
    {
        if (option is "rsync" or "rasync" or "rdirsync" or "rmand" or "rnomand" or "riversion" or "rnoiversion")
        {
            throw Unsupported(field,
                $"\"{option}\" would have to change file systems that others use; leave out the r, on the mount that makes "
                + "one");
        }
    }

    private static SpecException Unsupported(string field, string problem) =>
        new(field, problem, SpecProblem.Unsupported);
}
