namespace ShimService.Oci.Model;

/// <summary>Flags of a memory policy, as the kernel numbers them. Source: man 2 set_mempolicy.</summary>
[Flags]
public enum MemoryPolicyFlags
{
    None = 0,
    NumaBalancing = 1 << 13,
    RelativeNodes = 1 << 14,
    StaticNodes = 1 << 15,
}
