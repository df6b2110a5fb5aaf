namespace ShimService.Tasks.Values;

/// <summary>How a container's root filesystem becomes "/".</summary>
public enum RootChange
{
    /// <summary>pivot_root(2): the host's mounts are gone from the container's namespace.</summary>
    Pivot,

    /// <summary>
    /// Moved over "/", and chroot(2): where the host's own root is an initramfs, which cannot be pivoted away. The
    /// host's mounts stay in the container's namespace, hidden below its root.
    /// </summary>
    Move,
}
