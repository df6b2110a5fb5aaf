namespace ShimService.Linux.Launch;

/// <summary>
/// A structure in the plan's memory, 8-byte aligned. <see cref="Fields"/> are 8-byte slots filled in when the plan is
/// encoded: pointers (sock_fprog.filter), or results of earlier operations (mount_attr.userns_fd).
/// </summary>
public sealed class PlanBlock(byte[] bytes)
{
    public byte[] Bytes { get; } = bytes;

    /// <summary>What a listing shows instead of the size.</summary>
    public string? Label { get; init; }

    /// <summary>Offsets are multiples of 8.</summary>
    public IReadOnlyList<PlanField> Fields { get; init; } = [];
}
