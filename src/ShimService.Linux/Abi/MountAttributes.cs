namespace ShimService.Linux.Abi;

/// <summary>Attributes of fsmount and mount_setattr. Source: linux/mount.h.</summary>
[Flags]
public enum MountAttributes : long
{
    None = 0,
    ReadOnly = 1,
    NoSetuid = 2,
    NoDevices = 4,
    NoExecute = 8,
    NoAccessTime = 0x10,
    StrictAccessTime = 0x20,
    NoDirectoryAccessTime = 0x80,
    MappedIds = 0x100000,
    NoSymlinkFollow = 0x200000,
}
