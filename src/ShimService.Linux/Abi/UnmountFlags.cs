namespace ShimService.Linux.Abi;

/// <summary>Flags of umount2.</summary>
[Flags]
public enum UnmountFlags
{
    None = 0,
    Force = 1,
    Detach = 2,
    Expire = 4,
    NoFollow = 8,
}
