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

    internal static void CheckMountOption(string option, string field)
    {
        if (option.StartsWith("idmap=", StringComparison.Ordinal)
            || option.StartsWith("ridmap=", StringComparison.Ordinal))
        {
            throw Unsupported(field,
                $"\"{option}\" is another runtime's spelling; give uidMappings and gidMappings beside idmap");
        }
    }

    private static SpecException Unsupported(string field, string problem) =>
        new(field, problem, SpecProblem.Unsupported);
}
