namespace ShimService.Linux.Abi;

/// <summary>Flags of open_tree.</summary>
[Flags]
public enum TreeFlags
{
    None = 0,
    Clone = 1,
    SymlinkNoFollow = 0x100,
    NoAutomount = 0x800,
    EmptyPath = 0x1000,
    Recursive = 0x8000,
    CloseOnExec = 0x80000,
}
