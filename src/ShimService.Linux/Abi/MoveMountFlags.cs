namespace ShimService.Linux.Abi;

/// <summary>Flags of move_mount. Source: linux/mount.h.</summary>
[Flags]
public enum MoveMountFlags
{
    None = 0,
    FromSymlinks = 1,
    FromAutomounts = 2,
    FromEmptyPath = 4,
    ToSymlinks = 0x10,
    ToAutomounts = 0x20,
    ToEmptyPath = 0x40,
    SetGroup = 0x100,
    Beneath = 0x200,
}
