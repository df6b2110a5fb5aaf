namespace ShimService.Tasks.Stats;

/// <summary>What a container uses, read from its cgroups at one instant. A part the host lacks is null.</summary>
public sealed record ContainerStats(DateTimeOffset At)
{
    public CpuStats? Cpu { get; init; }

    public MemoryStats? Memory { get; init; }

    public PidsStats? Pids { get; init; }

    public IReadOnlyList<DeviceIoStats>? Io { get; init; }

    public ResourcePressure? CpuPressure { get; init; }

    public ResourcePressure? MemoryPressure { get; init; }

    public ResourcePressure? IoPressure { get; init; }
}
