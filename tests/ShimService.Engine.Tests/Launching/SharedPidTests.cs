using ShimService.Engine.Tests.Specs;
using ShimService.Engine.Tests.Support;
using ShimService.Oci.Model;
using ShimService.Tasks.Ports;
using ShimService.Tasks.Values;

namespace ShimService.Engine.Tests.Launching;

/// <summary>
/// Containers in a pid namespace that is not theirs, where no init takes the others along when it dies. Needs root.
/// </summary>
[Collection(EngineCollection.Name)]
[Trait("Spec", "linux.namespaces[pid]")]
public sealed class SharedPidTests : IDisposable
{
    private readonly SpecScene _scene = new();
    private readonly SpecScene _pod = new();

    [Theory]
    [InlineData(false, true)]
    [InlineData(true, true)]
    [InlineData(false, false)]
    [InlineData(true, false)]
    public async Task End_WhenThePidNamespaceIsTheHosts_ThenEveryProcessEnds(bool initIsGone, bool delete)
    {
        var container =
            await _scene.StartAsync("sleep 100", spec => spec.WithoutNamespace(LinuxNamespaceKind.Pid));
        var execs = new List<IProcess>();
        for (var i = 0; i < 3; i++)
        {
            execs.Add(await container.ExecAsync(
                new ExecRequest(ExecId.Parse($"e{i}", "exec_id"), Bundle.Process("/bin/sleep", "100"),
                    new StdioRequest("", "", "", false)), CancellationToken.None).WaitAsync(SpecScene.Limit));
        }

        if (initIsGone)
        {
            container.Init.Kill(Signal.Kill);
            await container.Init.Exited.WaitAsync(SpecScene.Limit);
        }

        var left = container.ReadProcesses();
        if (delete)
        {
            await container.DeleteAsync().WaitAsync(SpecScene.Limit);
        }
        else
        {
            container.KillAll(Signal.Kill);
        }

        foreach (var exec in execs)
        {
            Assert.Equal(137, (await exec.Exited.WaitAsync(SpecScene.Limit)).Status);
            await exec.Stdio.CloseAsync();
        }

        await container.Init.Exited.WaitAsync(SpecScene.Limit);
        await container.Init.Stdio.CloseAsync();
        await container.DeleteAsync().WaitAsync(SpecScene.Limit);
        Assert.False(container.HasPrivatePidNamespace);
        Assert.Equal(initIsGone ? 3 : 4, left.Count);
        Assert.Empty(Host.Cgroups(_scene.Id));
    }

    [Fact]
    public async Task KillAll_WhenAnotherContainersPidNamespaceIsJoined_ThenOnlyItsOwnProcessesEnd()
    {
        var pod = await _pod.StartAsync("sleep 100");
        var container = await _scene.StartAsync("sleep 100", spec => spec.WithNamespace(
            LinuxNamespaceKind.Pid, $"/proc/{pod.Init.Pid.Value}/ns/pid"));
        var seen = await _pod.ExecAsync(pod, "cat /proc/[0-9]*/comm");
        container.KillAll(Signal.Kill);
        var exit = await container.Init.Exited.WaitAsync(SpecScene.Limit);
        await container.Init.Stdio.CloseAsync();
        await container.DeleteAsync().WaitAsync(SpecScene.Limit);
        var left = await _pod.ExecAsync(pod, "cat /proc/[0-9]*/comm");
        await _pod.EndAsync(pod);

        Assert.Equal(137, exit.Status);
        Assert.Equal(2, seen.Count(line => line == "sleep"));
        Assert.Equal(1, left.Count(line => line == "sleep"));
    }

    public void Dispose()
    {
        _scene.Dispose();
        _pod.Dispose();
    }
}
