namespace ShimService.Linux.Abi;

/// <summary>Flags of open, openat2 and their kin.</summary>
[Flags]
public enum OpenFlags : long
{
    ReadOnly = 0,
    WriteOnly = 1,
    ReadWrite = 2,
    Create = 0x40,
    Exclusive = 0x80,
    NoControllingTerminal = 0x100,
    Truncate = 0x200,
    Append = 0x400,
    NonBlocking = 0x800,
    Directory = 0x10000,
    NoFollow = 0x20000,
    CloseOnExec = 0x80000,
    Path = 0x200000,
    TemporaryFile = 0x410000,
}
