using System.CommandLine;
using ShimService.Cli.Arguments;

namespace ShimService.Cli.Direct;

/// <summary>The limits that update takes, by runc's names.</summary>
internal sealed class UpdateOptions
{
    public Argument<string> Id { get; } = DirectVerb.Id();

    public Option<string?> File { get; } =
        ContainerOptions.Text("--resources", "FILE", "linux.resources as JSON, - = standard input; no other counts then", "-r");

    public Option<string?> Memory { get; } = ContainerOptions.Text("--memory", "AMOUNT", "64m, 1g; -1 = no limit");

    public Option<string?> MemoryReservation { get; } =
        ContainerOptions.Text("--memory-reservation", "AMOUNT", "memory it keeps when the host runs short");

    public Option<string?> MemorySwap { get; } =
        ContainerOptions.Text("--memory-swap", "AMOUNT", "memory and swap together; -1 = no limit");

    public Option<string?> KernelMemory { get; } =
        ContainerOptions.Text("--kernel-memory", "AMOUNT", "without effect: the kernel has no such limit any more");

    public Option<string?> KernelMemoryTcp { get; } =
        ContainerOptions.Text("--kernel-memory-tcp", "AMOUNT", "socket buffers; cgroup v1 only");

    public Option<ulong?> CpuShares { get; } = Number<ulong?>("--cpu-share", "relative weight", "--cpu-shares");

    public Option<long?> CpuQuota { get; } = Number<long?>("--cpu-quota", "microseconds in every period; -1 = no limit");

    public Option<ulong?> CpuBurst { get; } = Number<ulong?>("--cpu-burst", "microseconds it may save up");

    public Option<ulong?> CpuPeriod { get; } = Number<ulong?>("--cpu-period", "microseconds");

    public Option<long?> RealtimeRuntime { get; } = Number<long?>("--cpu-rt-runtime", "microseconds; cgroup v1 only");

    public Option<ulong?> RealtimePeriod { get; } = Number<ulong?>("--cpu-rt-period", "microseconds; cgroup v1 only");

    public Option<long?> CpuIdle { get; } = Number<long?>("--cpu-idle", "1 = only when nobody else wants the CPU");

    public Option<string?> CpusetCpus { get; } = ContainerOptions.Text("--cpuset-cpus", "LIST", "CPUs: 0-2,7");

    public Option<string?> CpusetMems { get; } = ContainerOptions.Text("--cpuset-mems", "LIST", "memory nodes: 0,1");

    public Option<ushort?> BlockIoWeight { get; } = Number<ushort?>("--blkio-weight", "10 to 1000");

    public Option<long?> PidsLimit { get; } = Number<long?>("--pids-limit", "most processes; -1 = no limit");

    public Option<string?> CacheSchema { get; } =
        ContainerOptions.Text("--l3-cache-schema", "LINES", "refused: a class of service is chosen at create");

    public Option<string?> BandwidthSchema { get; } =
        ContainerOptions.Text("--mem-bw-schema", "LINES", "refused: a class of service is chosen at create");

    public Symbol[] Symbols =>
    [
        Id, File, Memory, MemoryReservation, MemorySwap, KernelMemory, KernelMemoryTcp, CpuShares, CpuQuota, CpuBurst,
        CpuPeriod, RealtimeRuntime, RealtimePeriod, CpuIdle, CpusetCpus, CpusetMems, BlockIoWeight, PidsLimit,
        CacheSchema, BandwidthSchema,
    ];

    private static Option<T> Number<T>(string name, string description, params string[] aliases) =>
        new(name, aliases) { Description = description, HelpName = "N" };
}
