using ShimService.Oci.Model;

namespace ShimService.Oci.Build;

/// <summary>A device node of the host.</summary>
public readonly record struct HostDevice(DeviceKind Kind, uint Major, uint Minor, uint FileMode, uint Uid, uint Gid);
