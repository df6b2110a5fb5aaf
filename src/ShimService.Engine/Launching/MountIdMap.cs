namespace ShimService.Engine.Launching;

/// <summary>By which user namespace the ids of a mount are mapped.</summary>
/// <param name="UidMap">Contents of uid_map of one to be made for it; empty with a path.</param>
/// <param name="GidMap">Contents of its gid_map.</param>
/// <param name="Path">One that is there; empty with maps.</param>
/// <param name="Recursive">What is mounted below is mapped too.</param>
public sealed record MountIdMap(string UidMap, string GidMap, string Path, bool Recursive);
