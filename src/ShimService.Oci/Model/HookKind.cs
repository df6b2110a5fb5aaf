namespace ShimService.Oci.Model;

/// <summary>
/// The points of a container's life at which the spec may have programs run, in the order they come.
/// Source: OCI runtime-spec 1.3.0 config.md#posix-platform-hooks.
/// </summary>
public enum HookKind
{
    /// <summary>Deprecated: as <see cref="CreateRuntime"/>, and before it.</summary>
    Prestart,

    /// <summary>
    /// During create, in the runtime's namespaces: the container's are there, its root is not yet the root.
    /// </summary>
    CreateRuntime,

    /// <summary>At the same point, in the container's namespaces; the host's paths can still be seen.</summary>
    CreateContainer,

    /// <summary>During start, in the container, before its program.</summary>
    StartContainer,

    /// <summary>After the program was executed, in the runtime's namespaces, before start returns.</summary>
    Poststart,

    /// <summary>After the container was deleted, in the runtime's namespaces, before delete returns.</summary>
    Poststop,
}
