namespace ShimService.Linux.Abi;

/// <summary>Options of prctl that a launch uses.</summary>
public enum ProcessControl
{
    SetParentDeathSignal = 1,
    SetDumpable = 4,
    SetKeepCapabilities = 8,
    SetName = 15,
    DropBounding = 24,
    SetSecureBits = 28,
    SetChildSubreaper = 36,
    SetNoNewPrivileges = 38,
    Ambient = 47,
    SchedulingCore = 62,
}
