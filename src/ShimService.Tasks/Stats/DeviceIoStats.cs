namespace ShimService.Tasks.Stats;

public sealed record DeviceIoStats(
    ulong Major, ulong Minor, ulong ReadBytes, ulong WriteBytes, ulong ReadOperations, ulong WriteOperations);
