using ShimService.Tasks.Ports;

namespace ShimService.Engine.Stdio;

/// <summary>What the streams of one process need to know beside their URIs.</summary>
/// <param name="Id">The container's id, or the exec's: what a logger is told as CONTAINER_ID.</param>
/// <param name="Owner">The default owner 0:0 leaves the pipes as they are made.</param>
/// <param name="WhenFull">What becomes of output to a fifo that nobody reads.</param>
public readonly record struct StdioSettings(string Id, StdioOwner Owner = default, WhenFull WhenFull = WhenFull.Block);
