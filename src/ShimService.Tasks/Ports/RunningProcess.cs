using ShimService.Tasks.Values;

namespace ShimService.Tasks.Ports;

/// <summary>A process found in a container's cgroup, with its command line for people.</summary>
public sealed record RunningProcess(Pid Pid, string Command);
