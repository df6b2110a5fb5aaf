namespace ShimService.Engine.Compile.Input;

/// <summary>
/// The container's directory in one hierarchy. <paramref name="Name"/> is the controllers as v1 mounts them together
/// ("cpu,cpuacct"), or "unified".
/// </summary>
public sealed record CgroupMountSource(string Name, string Path);
