using ShimService.Linux;

namespace ShimService.Engine.Reaping;

/// <summary>A process that others made and that is ours now. Its pidfd is the claimer's; null when it is gone.</summary>
internal sealed record ClaimedOrphan(int Pid, FileDescriptor? PidFd, Task<ReapedExit> Exited);
