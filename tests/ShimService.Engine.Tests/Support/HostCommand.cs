using ShimService.Engine.Reaping;
using ShimService.Linux.Launch;

namespace ShimService.Engine.Tests.Support;

/// <summary>
/// A program of the host. Not a System.Diagnostics.Process: the engine's reaper lives in this process too, and the two
/// would take each other's exits.
/// </summary>
internal static class HostCommand
{
    private static readonly Launcher Launcher = new();

    /// <summary>Runs it to its end; answers its wait status.</summary>
    public static async Task<int> RunAsync(string path, params string[] args)
    {
        Task<ReapedExit>? exit = null;
        var process = await HostPrograms.StartAsync(
            Launcher, new HostProgram(path, [path, .. args], ["PATH=/usr/sbin:/usr/bin:/sbin:/bin"]),
            launched => exit = Reaper.Shared.Register(launched.Pid));
        using (process.PidFd)
        {
            return (await exit!.WaitAsync(TimeSpan.FromSeconds(20))).Status;
        }
    }
}
