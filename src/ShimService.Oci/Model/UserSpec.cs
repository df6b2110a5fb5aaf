namespace ShimService.Oci.Model;

/// <summary>Numeric identity of a process, as seen inside the container's user namespace.</summary>
public sealed record UserSpec
{
    public uint Uid { get; init; }

    public uint Gid { get; init; }

    /// <summary>Null when absent; see <c>config.md#posix-platform-user</c>.</summary>
    public uint? Umask { get; init; }

    public IReadOnlyList<uint> AdditionalGids { get; init; } = [];
}
