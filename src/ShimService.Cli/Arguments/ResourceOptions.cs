using System.CommandLine;

namespace ShimService.Cli.Arguments;

/// <summary>Limits beyond the everyday ones, by the names Docker's client has for them.</summary>
internal sealed class ResourceOptions
{
    public Option<string?> Reservation { get; } =
        ContainerOptions.Text("--memory-reservation", "AMOUNT", "memory it keeps when the host runs short");

    public Option<ulong?> Swappiness { get; } =
        new("--memory-swappiness") { Description = "0 to 100; cgroup v1 only", HelpName = "N" };

    public Option<bool> OomKillDisable { get; } =
        new("--oom-kill-disable") { Description = "wait instead of being killed at the memory limit; cgroup v1 only" };

    public Option<long?> CpuPeriod { get; } = new("--cpu-period") { Description = "microseconds", HelpName = "N" };

    public Option<long?> CpuQuota { get; } =
        new("--cpu-quota") { Description = "microseconds in every period", HelpName = "N" };

    public Option<long?> RealtimePeriod { get; } =
        new("--cpu-rt-period") { Description = "microseconds; cgroup v1 only", HelpName = "N" };

    public Option<long?> RealtimeRuntime { get; } =
        new("--cpu-rt-runtime") { Description = "microseconds; cgroup v1 only", HelpName = "N" };

    public Option<string?> CpusetMems { get; } =
        ContainerOptions.Text("--cpuset-mems", "LIST", "memory nodes it may use: 0,1");

    public Option<uint?> BlockIoWeight { get; } =
        new("--blkio-weight") { Description = "relative weight of block I/O, 10 to 1000", HelpName = "N" };

    public Option<string[]> WeightDevices { get; } =
        ContainerOptions.Many("--blkio-weight-device", "PATH:WEIGHT", "weight for one device");

    public Option<string[]> ReadBytes { get; } =
        ContainerOptions.Many("--device-read-bps", "PATH:AMOUNT", "most bytes read a second");

    public Option<string[]> WriteBytes { get; } =
        ContainerOptions.Many("--device-write-bps", "PATH:AMOUNT", "most bytes written a second");

    public Option<string[]> ReadOperations { get; } =
        ContainerOptions.Many("--device-read-iops", "PATH:N", "most reads a second");

    public Option<string[]> WriteOperations { get; } =
        ContainerOptions.Many("--device-write-iops", "PATH:N", "most writes a second");

    public IEnumerable<Symbol> Symbols =>
    [
        Reservation, Swappiness, OomKillDisable, CpuPeriod, CpuQuota, RealtimePeriod, RealtimeRuntime, CpusetMems,
        BlockIoWeight, WeightDevices, ReadBytes, WriteBytes, ReadOperations, WriteOperations,
    ];
}
