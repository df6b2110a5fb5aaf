namespace ShimService.Tasks.Ports;

/// <summary>What the caller chose for the streams of all processes of a container, init and execs alike.</summary>
public sealed record StreamOptions
{
    public static StreamOptions Default { get; } = new();

    /// <summary>
    /// Who owns the pipes of a process that runs as root of the container, as the host numbers users; null = that root.
    /// Any other user owns its own pipes, or it could not open /dev/stdout again. Source: containerd.runc.v1.Options
    /// io_uid; runc init_linux.go fixStdioPermissions (which changes the user, never the group).
    /// </summary>
    public uint? OwnerUid { get; init; }

    /// <summary>
    /// The group of the pipes of every process; null = its own. Source: containerd.runc.v1.Options io_gid.
    /// </summary>
    public uint? OwnerGid { get; init; }

    /// <summary>What becomes of output to a fifo whose reader is away or slow.</summary>
    public WhenFull WhenFull { get; init; }
}
