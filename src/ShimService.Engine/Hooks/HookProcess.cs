using ShimService.Engine.Reaping;
using ShimService.Linux.Launch;

namespace ShimService.Engine.Hooks;

/// <summary>
/// A hook that was executed, as the leader of a session of its own. Its pidfd is the runner's to close.
/// </summary>
internal readonly record struct HookProcess(LaunchedProcess Process, Task<ReapedExit> Exited);
