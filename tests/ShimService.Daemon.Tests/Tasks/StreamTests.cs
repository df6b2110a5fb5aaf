using System.Text;
using Google.Protobuf;
using ShimService.Contracts.V1;
using ShimService.Daemon.Tests.Fakes;
using ShimService.Rpc;

namespace ShimService.Daemon.Tests.Tasks;

public sealed class StreamTests
{
    [Fact]
    public async Task Logs_WhenFollowed_ThenOldAndNewComeOnceAndTheEndEndsIt()
    {
        await using var daemon = await TestDaemon.StartAsync();
        await daemon.RunAsync("c1");
        var shim = daemon.Launcher.Of("c1");
        shim.Find("c1").Write("old");
        using var limit = new CancellationTokenSource(TestDaemon.Limit);
        var text = new StringBuilder();
        await foreach (var piece in daemon.Logs(new LogsRequest { Id = "c1", Follow = true }, limit.Token))
        {
            text.Append(piece.Data.ToStringUtf8());
            if (text.ToString() == "old\n")
            {
                shim.Find("c1").Write("new");
                shim.Exit("c1", 0);
            }
        }

        Assert.Equal("old\nnew\n", text.ToString());
    }

    [Fact]
    public async Task Logs_WhenShimdWasRestartedAndTheTaskStopped_ThenTheyAreStillThere()
    {
        await using var daemon = await TestDaemon.StartAsync();
        await daemon.RunAsync("c1");
        daemon.Launcher.Of("c1").Find("c1").Write("kept");
        daemon.Launcher.Of("c1").Exit("c1", 0);
        await daemon.DownAsync();
        await daemon.UpAsync();
        Assert.Equal("kept\n", await ReadLogAsync(daemon, "c1"));
        await daemon.Launcher.Of("c1").DisposeAsync();
        await daemon.WaitAsync("c1");
        Assert.Equal("kept\n", await ReadLogAsync(daemon, "c1"));
    }

    [Fact]
    public async Task Logs_WhenTheExitIsToldBeforeTheLastOutput_ThenItIsThere()
    {
        await using var daemon = await TestDaemon.StartAsync();
        await daemon.RunAsync("c1");
        var task = daemon.Launcher.Of("c1").Find("c1");
        task.Write("first");
        task.Message.State = TaskState.Stopped;
        using var limit = new CancellationTokenSource(TestDaemon.Limit);
        var logs = ReadLogAsync(daemon, "c1");
        await task.Attached.WaitAsync(limit.Token);
        task.Write("last");
        task.Output.Complete();
        Assert.Equal("first\nlast\n", await logs.WaitAsync(limit.Token));
    }

    [Fact]
    public async Task Logs_WhenTheExecIsUnknown_ThenNotFound()
    {
        await using var daemon = await TestDaemon.StartAsync();
        await daemon.RunAsync("c1");
        var error = await Assert.ThrowsAsync<RpcException>(async () =>
        {
            await foreach (var _ in daemon.Logs(new LogsRequest { Id = "c1", ExecId = "e9" }, CancellationToken.None))
            {
                Assert.Fail("there is no such log");
            }
        });
        Assert.Equal((RpcStatusCode.NotFound, "UNKNOWN_EXEC"), (error.Code, error.Reason));
    }

    [Fact]
    public async Task Attach_WhenWithLog_ThenTheOutputIsThereOnceAndInputArrives()
    {
        await using var daemon = await TestDaemon.StartAsync();
        await daemon.RunAsync("c1");
        var shim = daemon.Launcher.Of("c1");
        shim.Find("c1").Write("before");
        using var limit = new CancellationTokenSource(TestDaemon.Limit);
        await using var call = daemon.Attach(limit.Token);
        await call.WriteAsync(new AttachRequest { Id = "c1", WithLog = true }, limit.Token);
        var text = "";
        await foreach (var piece in call.ReadAllAsync(limit.Token))
        {
            text += piece.Data.ToStringUtf8();
            if (text == "before\n")
            {
                await call.WriteAsync(new AttachRequest { Stdin = ByteString.CopyFromUtf8("typed") }, limit.Token);
            }
            else if (text == "before\ntyped\n")
            {
                shim.Exit("c1", 0);
            }
        }

        Assert.Equal("before\ntyped\n", text);
    }

    [Fact]
    public async Task Watch_WhenShimdStops_ThenTheStreamEndsAndSaysWhy()
    {
        await using var daemon = await TestDaemon.StartAsync();
        using var limit = new CancellationTokenSource(TestDaemon.Limit);
        var watching = Assert.ThrowsAsync<RpcException>(async () =>
        {
            await foreach (var _ in daemon.Watch(new WatchEventsRequest(), limit.Token))
            {
                // Nothing happens before the stop.
            }
        });
        daemon.Parts.EndCalls();
        var error = await watching;
        Assert.Equal(RpcStatusCode.Unavailable, error.Code);
    }

    [Fact]
    public async Task Watch_WhenAskedForWhatIsGone_ThenOutOfRangeNamesTheOldest()
    {
        await using var daemon = await TestDaemon.StartAsync(new Daemon.Configuration.DaemonOptions { EventsKept = 8 });
        for (var number = 0; number < 10; number++)
        {
            await daemon.RunAsync($"c{number}");
            await daemon.DeleteAsync($"c{number}", force: true);
        }

        await daemon.Parts.Log.WaitBeyondAsync(39, CancellationToken.None).WaitAsync(TestDaemon.Limit);
        var error = await Assert.ThrowsAsync<RpcException>(async () =>
        {
            await foreach (
                var told in daemon.Watch(new WatchEventsRequest { AfterSequence = 1 }, CancellationToken.None))
            {
                Assert.Fail($"{daemon.Parts.Log.Oldest} is the oldest, and yet came: {told}");
            }
        });
        Assert.Equal(RpcStatusCode.OutOfRange, error.Code);
        var info = error.Detail("google.rpc.ErrorInfo", Contracts.Google.Rpc.ErrorInfo.Parser)!;
        var oldest = ulong.Parse(info.Metadata["oldest_sequence"], System.Globalization.CultureInfo.InvariantCulture);
        Assert.InRange(oldest, 2UL, daemon.Parts.Log.Oldest);
        Assert.Contains($"the oldest kept is {oldest}", error.Message, StringComparison.Ordinal);
    }

    private static async Task<string> ReadLogAsync(TestDaemon daemon, string id)
    {
        using var limit = new CancellationTokenSource(TestDaemon.Limit);
        var text = "";
        await foreach (var piece in daemon.Logs(new LogsRequest { Id = id }, limit.Token))
        {
            text += piece.Data.ToStringUtf8();
        }

        return text;
    }
}
