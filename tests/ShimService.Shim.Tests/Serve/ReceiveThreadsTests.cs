using System.Net.Sockets;
using Google.Protobuf.WellKnownTypes;
using ShimService.Rpc;
using ShimService.Shim.Serve;

namespace ShimService.Shim.Tests.Serve;

public sealed class ReceiveThreadsTests : IDisposable
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);

    private readonly TemporaryDirectory _directory = new();
    private readonly ReceiveThreads _threads = new();
    private readonly CancellationTokenSource _stop = new();
    private readonly ManualResetEventSlim _release = new();
    private readonly TaskCompletionSource _abandoned = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TtrpcServer _server;
    private readonly Task _serving;

    public ReceiveThreadsTests()
    {
        var listener = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        listener.Bind(new UnixDomainSocketEndPoint(_directory["s"]));
        listener.Listen(128);
        var table = new ServiceTable("test.Threads",
        [
            Method("Where", static (_, _) => Task.FromResult(Thread.CurrentThread.Name ?? "")),
            Method("OnPool", static (_, _) => Task.FromResult(Thread.CurrentThread.Name ?? "")).RunOnPool(),
            Method("Block", (_, _) =>
            {
                _release.Wait(Limit);
                return Task.FromResult(Thread.CurrentThread.Name ?? "");
            }),
            Method("WaitForever", async (_, context) =>
            {
                using var registration = context.Cancellation.Register(_abandoned.SetResult);
                await Task.Delay(Timeout.Infinite, context.Cancellation);
                return "";
            }),
        ]);
        _server = new TtrpcServer(listener, [table], new TtrpcServerOptions { Receiver = _threads });
        _serving = _server.RunAsync(_stop.Token);
    }

    public void Dispose()
    {
        _release.Set();
        _stop.Cancel();
        Assert.True(_serving.Wait(Limit), "the server does not end");
        _threads.Dispose();
        Assert.Equal(0, _server.Connections);
        _release.Dispose();
        _stop.Dispose();
        _directory.Dispose();
    }

    [Fact]
    public async Task Call_WhenAnotherThreadWaits_ThenRunsWhereItWasReceived()
    {
        await using var client = await ConnectAsync();

        // Both threads may have been woken for the connection's start, and then the pool runs a call.
        for (var i = 0; await CallAsync(client, "Where") != "receive"; i++)
        {
            Assert.True(i < 1000, "every call ran on the pool");
        }
    }

    [Fact]
    public async Task Call_WhenItsMethodIsForThePool_ThenRunsThere()
    {
        await using var client = await ConnectAsync();

        for (var i = 0; i < 20; i++)
        {
            Assert.NotEqual("receive", await CallAsync(client, "OnPool"));
        }
    }

    [Fact]
    public async Task Call_WhenHandlersHoldTheThread_ThenOthersAreReceivedAndRun()
    {
        await using var one = await ConnectAsync();
        await using var other = await ConnectAsync();
        Task<string>[] held = [CallAsync(one, "Block"), CallAsync(other, "Block"), CallAsync(one, "Block")];

        for (var i = 0; i < 20; i++)
        {
            await CallAsync(i % 2 == 0 ? one : other, "Where");
        }

        Assert.All(held, static call => Assert.False(call.IsCompleted));
        _release.Set();
        await Task.WhenAll(held).WaitAsync(Limit);
        Assert.InRange(held.Count(static call => call.Result == "receive"), 0, 1);
    }

    [Fact]
    public async Task Call_WhenManyClientsCallAtOnce_ThenEachIsAnswered()
    {
        await Task.WhenAll(Enumerable.Range(0, 16).Select(async _ =>
        {
            await using var client = await ConnectAsync();
            await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => CallAsync(client, "Where")));
        })).WaitAsync(Limit);
    }

    [Fact]
    public async Task Receive_WhenTheClientHasGone_ThenItsCallsAreCancelled()
    {
        var client = await ConnectAsync();
        var call = CallAsync(client, "WaitForever");
        await CallAsync(client, "Where");

        await client.DisposeAsync();

        await _abandoned.Task.WaitAsync(Limit);
        await Assert.ThrowsAnyAsync<Exception>(() => call);
    }

    [Fact]
    public async Task Stop_WhenAConnectionIsIdle_ThenItIsClosed()
    {
        await using var client = await ConnectAsync();
        await CallAsync(client, "Where");

        await _stop.CancelAsync();

        await _serving.WaitAsync(Limit);
        await client.Closed.WaitAsync(Limit);
    }

    private static RpcMethod Method(string name, Func<StringValue, RpcContext, Task<string>> run) =>
        RpcMethod.Unary<StringValue, StringValue>(
            name, StringValue.Parser, async (request, context) =>
                new StringValue { Value = await run(request, context) });

    private static async Task<string> CallAsync(TtrpcChannel client, string method)
    {
        var answer = await client.UnaryAsync(
            "test.Threads", method, new StringValue(), StringValue.Parser, CancellationToken.None).WaitAsync(Limit);
        return answer.Value;
    }

    private Task<TtrpcChannel> ConnectAsync() => TtrpcChannel.ConnectAsync(_directory["s"], CancellationToken.None);
}
