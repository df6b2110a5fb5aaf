using ShimService.Engine.Reaping;
using ShimService.Linux.Launch;

namespace ShimService.Engine.Launching;

/// <summary>
/// Runs programs of the host (loggers, hooks) as children of this process, whose exits the reaper collects. Any thread.
/// </summary>
internal sealed class HostStarter(Launcher launcher, Reaper reaper)
{
    /// <summary>Completes when the program has been executed. Errors: LaunchException, KernelException.</summary>
    public async Task<(LaunchedProcess Process, Task<ReapedExit> Exited)> StartAsync(HostProgram program)
    {
        Task<ReapedExit>? exited = null;
        LaunchedProcess? cloned = null;
        try
        {
            var process = await HostPrograms.StartAsync(launcher, program, child =>
            {
                cloned = child;
                exited = reaper.Register(child.Pid);
            });
            return (process, exited!);
        }
        catch
        {
            // The child of a failed launch has exited, or will at once.
            if (exited is not null)
            {
                await exited;
                cloned!.PidFd.Dispose();
            }

            throw;
        }
    }
}
