namespace ShimService.Linux.Cgroups;

/// <summary>
/// One mounted hierarchy. <see cref="Name"/> is the controllers as v1 mounts them together ("cpu,cpuacct"), "unified"
/// for v2.
/// </summary>
public sealed record CgroupHierarchy(
    CgroupVersion Version, string Name, string MountPoint, CgroupControllers Controllers);
