namespace ShimService.Oci.Model;

/// <summary>The priority of a container's traffic on one interface of the shim's network namespace.</summary>
public sealed record LinuxInterfacePriority(string Name, uint Priority);
