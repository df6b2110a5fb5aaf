namespace ShimService.Oci.Model;

/// <summary>A range of ids of a user namespace and the range outside it stands for.</summary>
public readonly record struct LinuxIdMapping(uint ContainerId, uint HostId, uint Size);
