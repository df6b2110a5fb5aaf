using ShimService.Engine.Tests.Specs;
using ShimService.Engine.Tests.Support;
using ShimService.Tasks.Errors;
using ShimService.Tasks.Ports;
using ShimService.Tasks.Values;

namespace ShimService.Engine.Tests.Launching;

/// <summary>Descriptors of the caller, who is a container here, for a process of another. Needs root.</summary>
[Collection(EngineCollection.Name)]
public sealed class PreservedDescriptorTests
{
    private const string Look =
        "echo $(ls /proc/self/fd); busybox head -n 1 <&3; echo x >&4 && echo writes; sleep 100";

    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Run_WhenTheCallersDescriptorsAreKept_ThenInitAndExecHaveTheseAndNoOthers(bool userNamespace)
    {
        using var caller = await CallerAsync();
        using var container = new RealContainer(
            spec => spec.When(userNamespace, SpecChanges.InUserNamespace), "sh", "-c", Look)
        {
            Stdio = Request(caller, 2, caller.Log + ".init"),
        };
        await container.StartAsync();
        try
        {
            await RealContainer.UntilAsync(() => File.ReadAllLines(caller.Log + ".init").Length >= 3);
            var exec = await container.Container.ExecAsync(
                new ExecRequest(
                    ExecId.Parse("e1", "exec_id"),
                    Bundle.Process("/bin/sh", "-c", "echo $(ls /proc/self/fd); echo x >&4 && echo writes"),
                    Request(caller, 2, caller.Log + ".exec")), CancellationToken.None).WaitAsync(Limit);
            await exec.Exited.WaitAsync(Limit);
            await exec.Stdio.Drained.WaitAsync(Limit);
            await exec.Stdio.CloseAsync();
            var plain = await container.ExecAsync(_ => { }, "ls", "/proc/self/fd");

            // The last one is the directory that ls reads.
            Assert.Equal(["0 1 2 3 4 5", "root:x:0:0:root:/root:/bin/sh", "writes"],
                await File.ReadAllLinesAsync(caller.Log + ".init"));
            Assert.Equal(["0 1 2 3 4 5", "writes"], await File.ReadAllLinesAsync(caller.Log + ".exec"));
            Assert.Equal("0\n1\n2\n3\n", plain.Output);
        }
        finally
        {
            await container.EndAsync();
            await caller.EndAsync();
        }
    }

    [Theory]
    [InlineData(3, "descriptor 5")]
    [InlineData(41, "at most 40")]
    public async Task Create_WhenTheCallerHasNotGotThem_ThenRefusedAndNothingIsLeft(int count, string problem)
    {
        using var caller = await CallerAsync();
        using var container = new RealContainer(null, "true") { Stdio = Request(caller, count, caller.Log + ".init") };
        var failure = await Assert.ThrowsAsync<TaskException>(() => container.CreateAsync().WaitAsync(Limit));
        await caller.EndAsync();

        Assert.Equal("preserve_fds", failure.Field);
        Assert.Contains(problem, failure.Message, StringComparison.Ordinal);
        Assert.Empty(Host.Cgroups(container.Id));
    }

    [Fact]
    public async Task Create_WhenTheDescriptorIsTheCallersOwn_ThenRefused()
    {
        // Of so many this process was surely not given each; what it opened itself is close-on-exec.
        using var container = new RealContainer(null, "true")
        {
            Stdio = new StdioRequest("", "", "", Terminal: false) { PeerPid = Environment.ProcessId, Preserved = 40 },
        };
        var failure = await Assert.ThrowsAsync<TaskException>(() => container.CreateAsync().WaitAsync(Limit));

        Assert.Equal("preserve_fds", failure.Field);
        Assert.Contains("was given no descriptor", failure.Message, StringComparison.Ordinal);
    }

    private static StdioRequest Request(RealContainer caller, int count, string output) =>
        new("", "file://" + output, "file://" + output, Terminal: false)
        {
            PeerPid = caller.Container.Init.Pid.Value, Preserved = count,
        };

    private static async Task<RealContainer> CallerAsync()
    {
        var caller = new RealContainer(
            null, "sh", "-c", "exec 3</etc/passwd 4>/dev/null; echo ready; while :; do sleep 100; done");
        await caller.StartAsync();
        await RealContainer.UntilAsync(() => File.ReadAllText(caller.Log) == "ready\n");
        return caller;
    }
}
