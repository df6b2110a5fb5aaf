namespace ShimService.Oci.Build;

/// <summary>A mount as a person asks for it: bind, volume, tmpfs or another kind of file system.</summary>
public sealed record MountConfig
{
    /// <summary>Empty = bind.</summary>
    public string Type { get; init; } = "";

    /// <summary>Of a volume its name; empty = one of its own, which goes with the container.</summary>
    public string Source { get; init; } = "";

    public string Destination { get; init; } = "";

    public IReadOnlyList<string> Options { get; init; } = [];

    /// <summary>An empty volume stays empty, instead of getting what the image has at its destination.</summary>
    public bool NoCopy { get; init; }

    /// <summary>A directory inside the volume to mount instead of all of it.</summary>
    public string Subpath { get; init; } = "";

    /// <summary>Make a missing source directory.</summary>
    public bool CreateSource { get; init; }

    /// <summary>
    /// Of a read-only bind mount: "" = submounts too where the kernel can, "no", "force" = or refuse.
    /// </summary>
    public string ReadOnlyRecursive { get; init; } = "";
}
