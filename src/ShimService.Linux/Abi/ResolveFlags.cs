namespace ShimService.Linux.Abi;

/// <summary>How openat2 walks a path. Source: man 2 openat2, Linux ≥ 5.6.</summary>
[Flags]
public enum ResolveFlags : long
{
    None = 0,
    NoCrossMount = 1,
    NoMagicLinks = 2,
    NoSymlinks = 4,
    Beneath = 8,
    InRoot = 0x10,
}
