using System.Text;
using Microsoft.Win32.SafeHandles;
using ShimService.Engine.Reaping;
using ShimService.Linux.Cgroups;
using ShimService.Linux.Launch;
using ShimService.Linux.Stdio;

namespace ShimService.Engine.Tests.Resources;

/// <summary>
/// A shell script in a cgroup. Not a System.Diagnostics.Process: the engine's reaper lives in this process too, and
/// the two would take each other's exits.
/// </summary>
internal sealed class CgroupScript : IDisposable
{
    private static readonly Launcher Launcher = new();
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    private readonly LaunchedProcess _process;
    private readonly StreamReader _output;

    private CgroupScript(LaunchedProcess process, StreamReader output)
    {
        _process = process;
        _output = output;
    }

    public int Pid => _process.Pid;

    /// <summary>Completes when the script's shell has joined.</summary>
    public static async Task<CgroupScript> StartAsync(Cgroup cgroup, string script)
    {
        PipeEnds pipe = Descriptors.CreatePipe();
        string join = string.Concat(cgroup.Directories.Select(d => $"echo 0 > {d.FullPath}/cgroup.procs || exit; "));
        LaunchedProcess process = await HostPrograms.StartAsync(
            Launcher,
            new HostProgram("/bin/sh", ["sh", "-c", $"{join}echo joined; {script}"], ["PATH=/usr/bin:/bin"])
            {
                Stdout = pipe.Write,
            },
            static launched => _ = Reaper.Shared.Register(launched.Pid));
        pipe.Write.Dispose();
        SafeFileHandle handle = new(pipe.Read.Number, ownsHandle: true);
        pipe.Read.SetHandleAsInvalid();
        CgroupScript started = new(process, new StreamReader(new FileStream(handle, FileAccess.Read), Encoding.UTF8));
        Assert.Equal("joined", await started.ReadLineAsync());
        return started;
    }

    public Task<string?> ReadLineAsync() => Task.Run(_output.ReadLine).WaitAsync(Limit);

    public Task<string> ReadToEndAsync() => Task.Run(_output.ReadToEnd).WaitAsync(Limit);

    public void Dispose()
    {
        _output.Dispose();
        _process.PidFd.Dispose();
    }
}
