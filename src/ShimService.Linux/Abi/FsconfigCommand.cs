namespace ShimService.Linux.Abi;

/// <summary>Commands of fsconfig. Source: linux/mount.h.</summary>
public enum FsconfigCommand
{
    SetFlag = 0,
    SetString = 1,
    SetBinary = 2,
    SetPath = 3,
    SetPathEmpty = 4,
    SetDescriptor = 5,
    Create = 6,
    Reconfigure = 7,
}
