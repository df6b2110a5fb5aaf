using ShimService.Engine.Tests.Support;
using ShimService.Oci.Model;
using ShimService.Tasks.Errors;
using ShimService.Tasks.Ports;
using ShimService.Tasks.Values;

namespace ShimService.Engine.Tests.Launching;

/// <summary>Compiled specs, launched: the whole way from config.json to a process that looks around itself.</summary>
[Collection(EngineCollection.Name)]
public sealed class RealContainerTests(SharedEngine shared)
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    [Fact]
    public async Task Run_WhenSpecIsOrdinary_ThenTheProgramSeesItsOwnWorld()
    {
        Assert.NotNull(shared);
        using var container = new RealContainer(null, "sh", "-c", "echo pid $$; hostname; ls /; ls /proc/self/fd; exit 3");
        var (status, output) = await container.RunAsync().WaitAsync(Limit);

        Assert.Equal(3, status);
        Assert.StartsWith($"pid 1\n{container.Id}\nbin\ndev\n", output, StringComparison.Ordinal);
        Assert.EndsWith("0\n1\n2\n3\n", output, StringComparison.Ordinal);
        Assert.Empty(Host.Cgroups(container.Id));
    }

    [Fact]
    public async Task Run_WhenTerminalIsWanted_ThenTheProgramHasOne()
    {
        using var container = new RealContainer(
            spec => spec with { Process = spec.Process! with { Terminal = true } }, "sh", "-c", "[ -t 0 ] && [ -t 1 ] && [ -t 2 ] && stty -a >/dev/null");
        var (status, output) = await container.RunAsync(terminal: true).WaitAsync(Limit);

        Assert.True(status == 0, output);
    }

    [Fact]
    public async Task Create_WhenProgramIsInNoDirectoryOfPath_ThenItIsToldBeforeStartAndNothingIsLeft()
    {
        using var container = new RealContainer(null, "nosuch");
        var failure = await Assert.ThrowsAsync<TaskException>(() => container.CreateAsync().WaitAsync(Limit));

        Assert.Equal("ENOENT", failure.Errno);
        Assert.StartsWith("execve", failure.Step, StringComparison.Ordinal);
        Assert.Empty(Host.Cgroups(container.Id));
    }

    [Fact]
    public async Task Exec_WhenContainerRuns_ThenItSharesItsWorld()
    {
        using var container = new RealContainer(null, "sleep", "100");
        await container.CreateAsync().WaitAsync(Limit);
        await container.Container.StartAsync(CancellationToken.None).WaitAsync(Limit);
        var output = container.Log + ".exec";
        var process = await container.Container.ExecAsync(
            new ExecRequest(ExecId.Parse("e", "exec_id"), Bundle.Process("/bin/sh", "-c", "hostname; ps | grep -c '[s]leep 100'; exit 4"),
                new StdioRequest("", "file://" + output, "", false)), CancellationToken.None).WaitAsync(Limit);
        var exit = await process.Exited.WaitAsync(Limit);
        await process.Stdio.Drained.WaitAsync(Limit);
        await process.Stdio.CloseAsync();
        container.Container.KillAll(Signal.Kill);
        await container.Container.Init.Stdio.CloseAsync();
        await container.Container.DeleteAsync().WaitAsync(Limit);

        Assert.Equal(4, exit.Status);
        Assert.Equal($"{container.Id}\n1\n", await File.ReadAllTextAsync(output));
        Assert.Empty(Host.Cgroups(container.Id));
        Assert.Empty(RealContainer.Warnings);
    }

    [Fact]
    public async Task Run_WhenPersonalityAndIoPriorityAreGiven_ThenInitAndExecHaveThem()
    {
        using var container = new RealContainer(
            spec => spec with
            {
                Process = spec.Process! with { IoPriority = new IoPriority(IoPriorityClass.BestEffort, 6) },
                Linux = spec.Linux with { Personality = PersonalityDomain.Linux32 },
            },
            "sh", "-c", "cat /proc/self/personality; /bin/busybox ionice; sleep 100");
        await container.CreateAsync().WaitAsync(Limit);
        await container.Container.StartAsync(CancellationToken.None).WaitAsync(Limit);
        var output = container.Log + ".exec";
        const string process = """
            {"cwd":"/","args":["sh","-c","cat /proc/self/personality; /bin/busybox ionice"],"env":["PATH=/bin"],
             "user":{"uid":7,"gid":7},"noNewPrivileges":true,"ioPriority":{"class":"IOPRIO_CLASS_IDLE","priority":0}}
            """;
        var exec = await container.Container.ExecAsync(
            new ExecRequest(ExecId.Parse("e", "exec_id"), System.Text.Encoding.UTF8.GetBytes(process),
                new StdioRequest(
                    "", "file://" + output, "file://" + output, false)), CancellationToken.None).WaitAsync(Limit);
        await exec.Exited.WaitAsync(Limit);
        await exec.Stdio.Drained.WaitAsync(Limit);
        await exec.Stdio.CloseAsync();
        await RealContainer.UntilAsync(
            () => File.ReadAllText(container.Log).Contains("prio", StringComparison.Ordinal));
        container.Container.KillAll(Signal.Kill);
        await container.Container.Init.Stdio.CloseAsync();
        await container.Container.DeleteAsync().WaitAsync(Limit);

        Assert.Equal("00000008\nbest-effort: prio 6\n", await File.ReadAllTextAsync(container.Log));
        Assert.StartsWith("00000008\nidle", await File.ReadAllTextAsync(output), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Exec_WhenTheUserMayHaveOneProcess_ThenItIsTheProgram()
    {
        using var container = new RealContainer(null, "sleep", "100");
        await container.CreateAsync().WaitAsync(Limit);
        await container.Container.StartAsync(CancellationToken.None).WaitAsync(Limit);
        var output = container.Log + ".exec";
        const string limited = """
            {"cwd":"/","args":["grep","-E","^(Uid|CapEff|Seccomp):","/proc/self/status"],"env":["PATH=/bin"],
             "user":{"uid":54321,"gid":54321},"noNewPrivileges":true,
             "rlimits":[{"type":"RLIMIT_NPROC","soft":1,"hard":1}]}
            """;

        // One after another: the helper before must not count.
        for (var i = 0; i < 10; i++)
        {
            var process = await container.Container.ExecAsync(
                new ExecRequest(ExecId.Parse($"e{i}", "exec_id"), System.Text.Encoding.UTF8.GetBytes(limited),
                    new StdioRequest("", "file://" + output, "", false)), CancellationToken.None).WaitAsync(Limit);
            Assert.Equal(0, (await process.Exited.WaitAsync(Limit)).Status);
            await process.Stdio.Drained.WaitAsync(Limit);
            await process.Stdio.CloseAsync();
        }

        await EndAsync(container);
        Assert.StartsWith("Uid:\t54321\t54321\t54321\t54321\nCapEff:\t0000000000000000\nSeccomp:\t2\n",
            await File.ReadAllTextAsync(output), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Exec_WhenProgramsDieAtOnce_ThenEachStatusArrives()
    {
        using var container = new RealContainer(null, "sleep", "100");
        await container.CreateAsync().WaitAsync(Limit);
        await container.Container.StartAsync(CancellationToken.None).WaitAsync(Limit);
        for (var i = 0; i < 10; i++)
        {
            var storm = Enumerable.Range(0, 10).Select(async n =>
            {
                var process = await container.Container.ExecAsync(
                    new ExecRequest(ExecId.Parse($"e{n}", "exec_id"), Bundle.Process(n % 2 == 0 ? "/bin/true" : "/bin/false"),
                        new StdioRequest("", "", "", false)), CancellationToken.None);
                var status = (await process.Exited).Status;
                await process.Stdio.CloseAsync();
                return status;
            });
            var statuses = await Task.WhenAll(storm).WaitAsync(Limit);
            Assert.Equal([0, 1, 0, 1, 0, 1, 0, 1, 0, 1], statuses);
        }

        Assert.Single(container.Container.ReadProcesses());
        await EndAsync(container);
    }

    private static async Task EndAsync(RealContainer container)
    {
        container.Container.KillAll(Signal.Kill);
        await container.Container.Init.Stdio.CloseAsync();
        await container.Container.DeleteAsync().WaitAsync(Limit);
        Assert.Empty(Host.Cgroups(container.Id));
    }
}
