using ShimService.Daemon.Registry;

namespace ShimService.Daemon.Shims;

/// <summary>A shim directory at the start of shimd: the living shim with what it lists, or a dead one.</summary>
internal sealed record FoundShim(ShimDirectory Directory, Shim? Alive, IReadOnlyList<TaskMessage> Tasks)
{
    /// <summary>The tasks that shimd's records place there.</summary>
    public List<TaskEntry> Entries { get; } = [];
}
