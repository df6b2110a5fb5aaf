namespace ShimService.TestSupport;

/// <summary>What a test needs from the machine it runs on.</summary>
[Flags]
internal enum HostNeeds
{
    Nothing = 0,
    Root = 1,
    CgroupV1 = 2,
    CgroupV2 = 4,
    X64 = 8,
    Arm64 = 16,
    NativeBinaries = 32,
}
