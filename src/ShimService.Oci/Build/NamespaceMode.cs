namespace ShimService.Oci.Build;

/// <summary>One namespace mode of a config, taken apart.</summary>
internal readonly record struct NamespaceMode(NamespaceModeKind Kind, string Target)
{
    private const string Container = "container:";

    /// <summary>Whether the container gets a namespace of its own.</summary>
    internal bool IsNew => Kind is NamespaceModeKind.Private or NamespaceModeKind.Shareable or NamespaceModeKind.None;

    internal static NamespaceMode Parse(string mode, string field, bool isIpc = false) => mode switch
    {
        "" or "private" => new(NamespaceModeKind.Private, ""),
        "host" => new(NamespaceModeKind.Host, ""),
        "shareable" when isIpc => new(NamespaceModeKind.Shareable, ""),
        "none" when isIpc => new(NamespaceModeKind.None, ""),
        ['/', ..] => new(NamespaceModeKind.Path, mode),
        _ when mode.StartsWith(Container, StringComparison.Ordinal) && mode.Length > Container.Length =>
            new(NamespaceModeKind.Container, mode[Container.Length..]),
        _ => throw new SpecException($"config.namespaces.{field}",
            $"\"{mode}\" must be private, host, container:ID or the absolute path of a namespace"),
    };
}
