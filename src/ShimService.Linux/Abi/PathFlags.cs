namespace ShimService.Linux.Abi;

/// <summary>Flags of the *at calls.</summary>
[Flags]
public enum PathFlags
{
    None = 0,
    SymlinkNoFollow = 0x100,
    EffectiveAccess = 0x200,
    SymlinkFollow = 0x400,
    NoAutomount = 0x800,
    EmptyPath = 0x1000,
    Recursive = 0x8000,
}
