namespace ShimService.Linux.Abi;

/// <summary>Flags of mount(2).</summary>
[Flags]
public enum MountFlags
{
    None = 0,
    ReadOnly = 1,
    NoSetuid = 2,
    NoDevices = 4,
    NoExecute = 8,
    Synchronous = 0x10,
    Remount = 0x20,
    MandatoryLocks = 0x40,
    DirectorySync = 0x80,
    NoSymlinkFollow = 0x100,
    NoAccessTime = 0x400,
    NoDirectoryAccessTime = 0x800,
    Bind = 0x1000,
    Move = 0x2000,
    Recursive = 0x4000,
    Silent = 0x8000,
    PosixAcl = 0x10000,
    Unbindable = 0x20000,
    Private = 0x40000,
    Slave = 0x80000,
    Shared = 0x100000,
    RelativeAccessTime = 0x200000,
    VersionNumber = 0x800000,
    StrictAccessTime = 0x1000000,
    LazyTime = 0x2000000,
}
