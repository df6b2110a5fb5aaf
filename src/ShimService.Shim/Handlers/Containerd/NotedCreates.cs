namespace ShimService.Shim.Handlers.Containerd;

/// <summary>Which creates under way are noted down, for the delete after this process's death.</summary>
internal enum NotedCreates
{
    All,

    /// <summary>
    /// Those by OCI runtimes, which know what they have made. Of ours the kernel knows, and shimd what it has asked for.
    /// </summary>
    OfRuntimes,
}
