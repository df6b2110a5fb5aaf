namespace ShimService.Oci.Build;

/// <summary>A device of the host; empty container path = the same path, empty access = "rwm".</summary>
public sealed record DeviceConfig(string Path, string ContainerPath = "", string Access = "");
