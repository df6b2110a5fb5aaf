namespace ShimService.Engine.Stdio;

/// <summary>
/// Who owns the container's ends of its pipes, as the host numbers users: what /dev/stdout can be opened by again.
/// </summary>
public readonly record struct StdioOwner(uint Uid, uint Gid);
