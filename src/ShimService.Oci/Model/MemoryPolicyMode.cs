namespace ShimService.Oci.Model;

/// <summary>Where memory is taken from, as the kernel numbers it. Source: man 2 set_mempolicy.</summary>
public enum MemoryPolicyMode
{
    Default = 0,
    Preferred = 1,
    Bind = 2,
    Interleave = 3,
    Local = 4,
    PreferredMany = 5,
    WeightedInterleave = 6,
}
