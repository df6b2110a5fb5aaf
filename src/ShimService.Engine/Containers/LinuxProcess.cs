using ShimService.Engine.Reaping;
using ShimService.Engine.Stdio;
using ShimService.Linux.Launch;

namespace ShimService.Engine.Containers;

/// <summary>A process we have launched ourselves.</summary>
internal sealed class LinuxProcess(
    LaunchedProcess launched, ProcessStdio stdio, Task<ReapedExit> reaped, Func<bool> checkMemory)
    : ContainerProcess(launched.Pid, launched.Kill, () => launched.PidFd.Dispose(), stdio, reaped, checkMemory)
{
    public LaunchedProcess Launched { get; } = launched;
}
