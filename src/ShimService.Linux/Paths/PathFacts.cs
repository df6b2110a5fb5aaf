using ShimService.Linux.Stdio;

namespace ShimService.Linux.Paths;

/// <summary>What stands at a path; the mode is the permission bits with set-id and sticky.</summary>
public readonly record struct PathFacts(FileKind Kind, uint Mode)
{
    /// <summary>Of a device node; 0 for anything else.</summary>
    public uint Major { get; init; }

    /// <inheritdoc cref="Major"/>
    public uint Minor { get; init; }
}
