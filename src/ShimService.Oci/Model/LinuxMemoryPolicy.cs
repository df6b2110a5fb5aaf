namespace ShimService.Oci.Model;

/// <summary>
/// The NUMA policy of a container's processes. Source: OCI runtime-spec 1.3.0 config-linux.md#memory-policy.
/// </summary>
/// <param name="Nodes">A list of memory nodes such as "0-2,7"; may be empty. Which modes want one is the kernel's to
/// say.</param>
public sealed record LinuxMemoryPolicy(MemoryPolicyMode Mode, string Nodes, MemoryPolicyFlags Flags);
