using ShimService.Engine.Launching;
using ShimService.Engine.Reaping;
using ShimService.Linux.Launch;

namespace ShimService.Engine.Containers;

/// <summary>A process that does something up to a rendezvous, and is killed there.</summary>
internal sealed class HelperProcess : IAsyncDisposable
{
    private readonly EngineParts _parts;
    private readonly Task<ReapedExit> _exit;

    private HelperProcess(EngineParts parts, LaunchedProcess process, Task<ReapedExit> exit)
    {
        _parts = parts;
        _exit = exit;
        Process = process;
    }

    public LaunchedProcess Process { get; }

    /// <summary>Errors: LaunchException.</summary>
    public static async Task<HelperProcess> LaunchAsync(EngineParts parts, LaunchPlan plan, LaunchOptions options)
    {
        Task<ReapedExit>? exit = null;
        var process = await parts.Launcher.LaunchAsync(plan, new LaunchOptions
        {
            Namespaces = options.Namespaces,
            Descriptors = options.Descriptors,
            Cloned = child => exit = parts.Reaper.Register(child.Pid),
        });
        return new HelperProcess(parts, process, exit!);
    }

    /// <summary>Errors: LaunchException with the step, TaskException (TimedOut).</summary>
    public Task ReachAsync(string rendezvous, CancellationToken abort) =>
        new Rendezvous(Process, _parts.Options, rendezvous).RunAsync(abort);

    public async ValueTask DisposeAsync()
    {
        Process.Kill(9);
        await _exit;
        Process.PidFd.Dispose();
    }
}
