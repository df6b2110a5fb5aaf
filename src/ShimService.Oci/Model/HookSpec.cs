namespace ShimService.Oci.Model;

/// <summary>One program of hooks.</summary>
/// <param name="Path">Absolute; of a startContainer hook in the container, else on the host.</param>
/// <param name="Args">args[0] included; empty = the path alone.</param>
public sealed record HookSpec(string Path, IReadOnlyList<string> Args)
{
    /// <summary>
    /// The whole environment. Null when absent: that of the container's process for a startContainer hook, none for
    /// the others.
    /// </summary>
    public IReadOnlyList<string>? Env { get; init; }

    /// <summary>Seconds until it is killed, more than 0. Null = the engine's own limit.</summary>
    public int? Timeout { get; init; }
}
