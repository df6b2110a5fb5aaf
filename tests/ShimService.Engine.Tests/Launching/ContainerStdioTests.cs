using System.Diagnostics;
using System.Text;
using ShimService.Engine.Compile;
using ShimService.Engine.Containers;
using ShimService.Engine.Stdio;
using ShimService.Engine.Tests.Stdio.Support;
using ShimService.Engine.Tests.Support;
using ShimService.Tasks.Ports;
using ShimService.Tasks.Values;

namespace ShimService.Engine.Tests.Launching;

/// <summary>Streams of real containers, from the fifo or file to the program inside.</summary>
[Collection(EngineCollection.Name)]
public sealed class ContainerStdioTests(SharedEngine shared)
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);
    private static readonly Signal Continue = new(18);

    [Theory]
    [InlineData(0u, null, null, "0:0")]
    [InlineData(0u, 1234u, 5678u, "1234:5678")]
    [InlineData(77u, null, null, "77:88")]
    [InlineData(77u, 1234u, 5678u, "77:5678")]
    public async Task Run_WhenAnOwnerIsChosen_ThenThePipesBelongToItOrToTheUserWhoMustOpenThem(
        uint user, uint? owner, uint? group, string expected)
    {
        Assert.NotNull(shared);
        using var container = new RealContainer(
            spec => spec with
            {
                Process =
                    spec.Process! with { User = spec.Process.User with { Uid = user, Gid = user == 0 ? 0u : 88 } },
            },
            "sh", "-c", "stat -L -c %u:%g /proc/self/fd/1 /proc/self/fd/2")
        {
            Streams = new StreamOptions { OwnerUid = owner, OwnerGid = group },
        };

        var (status, output) = await container.RunAsync().WaitAsync(Limit);

        Assert.Equal(0, status);
        Assert.Equal($"{expected}\n{expected}\n", output);
    }

    [Fact]
    public async Task Run_WhenUserIsNotRoot_ThenItCanOpenItsOutputAgain()
    {
        using var container = new RealContainer(
            spec =>
                spec with { Process = spec.Process! with { User = spec.Process.User with { Uid = 1000, Gid = 1000 } } },
            "sh", "-c", "echo again >/dev/stdout; echo twice >/proc/self/fd/2");

        var (status, output) = await container.RunAsync().WaitAsync(Limit);

        Assert.Equal(0, status);
        Assert.Equal("again\ntwice\n", output);
    }

    [Fact]
    public async Task Run_WhenStdinIsAFifo_ThenInputGoesThroughToItsEnd()
    {
        using var directory = new TemporaryDirectory();
        var fifo = directory.MakeFifo("in");
        var output = directory.PathOf("out");
        using var container = new RealContainer(null, "sh", "-c", "wc -c; echo done")
        {
            Stdio = new StdioRequest(fifo, "file://" + output, "", Terminal: false),
        };
        var running = container.RunAsync();

        await File.WriteAllBytesAsync(fifo, new byte[3_000_000]).WaitAsync(Limit);
        await RealContainer.UntilAsync(() => container.Container is not null);
        container.Container.Init.Stdio.CloseStdin();
        await running.WaitAsync(Limit);

        Assert.Equal("3000000\ndone\n", await File.ReadAllTextAsync(output));
    }

    [Fact]
    public async Task Run_WhenALoggerTakesTheOutput_ThenItHasBothStreams()
    {
        using var directory = new TemporaryDirectory();
        var logger = directory.PathOf("logger");
        await File.WriteAllTextAsync(logger,
            $"#!/bin/sh\ncd '{directory.Path}'\ncat <&4 >err 3<&- 5>&- & echo \"$CONTAINER_ID\" >id\nprintf r >&5\nexec 4<&- 5>&-\ncat <&3 >out\nwait\n",
            new UTF8Encoding(false));
        File.SetUnixFileMode(logger, UnixFileMode.UserRead | UnixFileMode.UserExecute);
        using var container = new RealContainer(null, "sh", "-c", "echo to stdout; echo to stderr >&2")
        {
            Stdio = new StdioRequest("", "binary-v2://" + logger, "", Terminal: false),
        };

        var (status, _) = await container.RunAsync().WaitAsync(Limit);

        Assert.Equal(0, status);
        Assert.Equal("to stdout\n", await File.ReadAllTextAsync(directory.PathOf("out")));
        Assert.Equal("to stderr\n", await File.ReadAllTextAsync(directory.PathOf("err")));
        Assert.Equal(container.Id + "\n", await File.ReadAllTextAsync(directory.PathOf("id")));
    }

    [Fact]
    public async Task Run_WhenTerminalGoesToFifos_ThenOneStreamBothWaysAndAllOfALongOutput()
    {
        using var directory = new TemporaryDirectory();
        var input = directory.MakeFifo("in");
        var output = directory.MakeFifo("out");
        await using var reader = StdioFixture.OpenReader(output);
        using var container = new RealContainer(
            spec => spec with { Process = spec.Process! with { Terminal = true } },
            "sh", "-c", "read line; echo \"got $line\" >&2; seq 1 50000")
        {
            Stdio = new StdioRequest(input, output, "", Terminal: true),
        };
        var running = container.RunAsync(terminal: true);

        await File.WriteAllTextAsync(input, "hello\n").WaitAsync(Limit);
        using var text = new StreamReader(reader);
        var all = await Task.Factory.StartNew(text.ReadToEnd, TaskCreationOptions.LongRunning).WaitAsync(Limit);
        await running.WaitAsync(Limit);

        Assert.Contains("got hello\r\n1\r\n2\r\n", all, StringComparison.Ordinal);
        Assert.EndsWith("\r\n49999\r\n50000\r\n", all, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Run_WhenTheReaderIsLate_ThenTheProcessIsGoneButItsExitComesWhenAllIsRead()
    {
        using var directory = new TemporaryDirectory();
        var fifo = directory.MakeFifo("out");
        await using var reader = StdioFixture.OpenReader(fifo);
        using var container = new RealContainer(null, "sh", "-c", "echo late; exit 7")
        {
            Stdio = new StdioRequest("", fifo, "", Terminal: false),
            Engine = LinuxEngine.Open(
                new PlanCompiler(),
                new StdioOptions { ReadersIdle = TimeSpan.FromMinutes(1), ReadersLimit = TimeSpan.FromMinutes(1) },
                new EngineOptions()),
        };
        await container.CreateAsync().WaitAsync(Limit);
        await container.Container.StartAsync(CancellationToken.None).WaitAsync(Limit);
        var init = container.Container.Init;

        await RealContainer.UntilAsync(() => init.Kill(Continue) == SignalOutcome.AlreadyExited);
        var gone = DateTimeOffset.UtcNow;
        Assert.False(init.Exited.IsCompleted);
        Assert.Equal(5, await reader.ReadAsync(new byte[100]));

        var exit = await init.Exited.WaitAsync(Limit);
        Assert.Equal(7, exit.Status);
        Assert.True(exit.At <= gone);
        await init.Stdio.CloseAsync();
        await container.Container.DeleteAsync().WaitAsync(Limit);
    }

    [Fact]
    public async Task Exec_WhenItsChildKeepsTheOutput_ThenItsExitIsNotDelayedAndTheChildsOutputStillComes()
    {
        using var container = new RealContainer(null, "sleep", "100");
        await container.CreateAsync().WaitAsync(Limit);
        await container.Container.StartAsync(CancellationToken.None).WaitAsync(Limit);
        var output = container.Log + ".exec";
        var clock = Stopwatch.StartNew();
        var process = await container.Container.ExecAsync(
            new ExecRequest(ExecId.Parse("e", "exec_id"),
                Bundle.Process("/bin/sh", "-c", "(sleep 1; echo late; sleep 100) & echo soon"),
                new StdioRequest("", "file://" + output, "", false)), CancellationToken.None).WaitAsync(Limit);
        await process.Exited.WaitAsync(Limit);

        // A drain that waited for the child would take a hundred.
        Assert.InRange(clock.Elapsed.TotalSeconds, 0, 8);
        Assert.False(process.Stdio.Drained.IsCompleted);
        Assert.False(process.Stdio.IsPending);
        await RealContainer.UntilAsync(() => File.ReadAllText(output) == "soon\nlate\n");
        await process.Stdio.CloseAsync();
        container.Container.KillAll(Signal.Kill);
        await container.Container.Init.Exited.WaitAsync(Limit);
        await container.Container.Init.Stdio.CloseAsync();
        await container.Container.DeleteAsync().WaitAsync(Limit);
        Assert.Empty(Host.Cgroups(container.Id));
    }

    private sealed class TemporaryDirectory : IDisposable
    {
        public string Path { get; } = Directory.CreateTempSubdirectory("shimservice-stdio-").FullName;

        public string PathOf(string name) => System.IO.Path.Join(Path, name);

        public string MakeFifo(string name)
        {
            Native.MakeFifo(PathOf(name));
            return PathOf(name);
        }

        public void Dispose() => Directory.Delete(Path, recursive: true);
    }
}
