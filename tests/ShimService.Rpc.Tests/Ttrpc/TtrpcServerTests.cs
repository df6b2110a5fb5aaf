using Google.Protobuf;
using ShimService.Contracts.Ttrpc;
using ShimService.Rpc.Tests.Conformance;
using ShimService.Rpc.Tests.Support;
using ShimService.Rpc.Ttrpc;

namespace ShimService.Rpc.Tests.Ttrpc;

/// <summary>The server's side of the wire, frame by frame.</summary>
public sealed class TtrpcServerTests
{
    private readonly ConformanceService _served = new();

    [Theory]
    [InlineData(2u, "odd")]
    [InlineData(0u, "odd")]
    public async Task Request_WhenTheIdIsEven_ThenIsInvalidArgumentOnThatId(uint id, string word)
    {
        await using var server = new TtrpcTestServer([_served.Table]);
        await using RawTtrpc client = await RawTtrpc.ConnectAsync(server.SocketPath);

        await client.CallAsync(id, "Echo", new EchoRequest());

        (uint stream, Response response) = await client.ReadResponseAsync();
        Assert.Equal((id, 3), (stream, response.Status.Code));
        Assert.Contains(word, response.Status.Message, StringComparison.Ordinal);
        await AssertServesAsync(client, 1);
    }

    [Theory]
    [InlineData(5u)]
    [InlineData(3u)]
    public async Task Request_WhenTheIdIsNotHigher_ThenIsInvalidArgument(uint id)
    {
        await using var server = new TtrpcTestServer([_served.Table]);
        await using RawTtrpc client = await RawTtrpc.ConnectAsync(server.SocketPath);
        await AssertServesAsync(client, 5);

        await client.CallAsync(id, "Echo", new EchoRequest());

        Assert.Equal(3, (await client.ReadResponseAsync()).Response.Status.Code);
        await AssertServesAsync(client, 7);
    }

    [Fact]
    public async Task Request_WhenAboveTheLimit_ThenIsResourceExhaustedAndTheConnectionLives()
    {
        await using var server = new TtrpcTestServer([_served.Table]);
        await using RawTtrpc client = await RawTtrpc.ConnectAsync(server.SocketPath);

        Task sending = client.SendAsync(1, FrameType.Request, FrameFlags.None, new byte[MessageCodec.DefaultLimit + 1]);

        (uint stream, Response response) = await client.ReadResponseAsync();
        Assert.Equal((1u, 8), (stream, response.Status.Code));
        await sending;
        await AssertServesAsync(client, 3);
    }

    [Fact]
    public async Task Request_WhenItDoesNotParse_ThenIsInvalidArgument()
    {
        await using var server = new TtrpcTestServer([_served.Table]);
        await using RawTtrpc client = await RawTtrpc.ConnectAsync(server.SocketPath);

        await client.SendAsync(1, FrameType.Request, FrameFlags.None, [0x0a, 0x7f]);

        Assert.Equal(3, (await client.ReadResponseAsync()).Response.Status.Code);
        await AssertServesAsync(client, 3);
    }

    [Fact]
    public async Task Frame_WhenItsTypeIsUnknown_ThenIsIgnored()
    {
        await using var server = new TtrpcTestServer([_served.Table]);
        await using RawTtrpc client = await RawTtrpc.ConnectAsync(server.SocketPath);

        await client.SendAsync(1, (FrameType)77, FrameFlags.None, new byte[100]);
        await client.SendAsync(9, FrameType.Response, FrameFlags.None, new byte[100]);
        await client.SendAsync(9, FrameType.Cancel, FrameFlags.None, []);

        await AssertServesAsync(client, 1);
    }

    [Fact]
    public async Task Data_WhenTheStreamNeverWas_ThenIsInvalidArgumentAndWhenItHasEnded_ThenIsIgnored()
    {
        await using var server = new TtrpcTestServer([_served.Table]);
        await using RawTtrpc client = await RawTtrpc.ConnectAsync(server.SocketPath);
        await AssertServesAsync(client, 1);

        await client.SendAsync(1, FrameType.Data, FrameFlags.None, new byte[10]);
        await client.SendAsync(11, FrameType.Data, FrameFlags.None, new byte[10]);

        (uint stream, Response response) = await client.ReadResponseAsync();
        Assert.Equal((11u, 3), (stream, response.Status.Code));
        await AssertServesAsync(client, 13);
    }

    [Fact]
    public async Task Stream_WhenItsFirstMessageRidesInTheRequest_ThenItComesFirst()
    {
        await using var server = new TtrpcTestServer([_served.Table]);
        await using RawTtrpc client = await RawTtrpc.ConnectAsync(server.SocketPath);

        await client.CallAsync(1, "Sum", new SumRequest { Number = 40 }, FrameFlags.RemoteOpen);
        await client.SendAsync(1, FrameType.Data, FrameFlags.None, new SumRequest { Number = 2 });
        await client.SendAsync(1, FrameType.Data, FrameFlags.None, []);
        await client.SendAsync(1, FrameType.Data, FrameFlags.RemoteClosed, new SumRequest { Number = 100 });

        Response response = (await client.ReadResponseAsync()).Response;
        Assert.Equal(
            new SumResponse { Total = 142, Messages = 4 }, SumResponse.Parser.ParseFrom(response.Payload));
    }

    [Fact]
    public async Task Stream_WhenTheClientClosesWithTheRequest_ThenInputEnds()
    {
        await using var server = new TtrpcTestServer([_served.Table]);
        await using RawTtrpc client = await RawTtrpc.ConnectAsync(server.SocketPath);

        await client.CallAsync(1, "Sum", new SumRequest { Number = 7 }, FrameFlags.RemoteClosed);

        Response response = (await client.ReadResponseAsync()).Response;
        Assert.Equal(new SumResponse { Total = 7, Messages = 1 }, SumResponse.Parser.ParseFrom(response.Payload));
    }

    [Fact]
    public async Task Stream_WhenItIsFullBesideOtherCalls_ThenEndsAndTheOthersGoOn()
    {
        await using var server = new TtrpcTestServer([_served.Table], new() { StreamBuffer = 10_000 });
        await using RawTtrpc client = await RawTtrpc.ConnectAsync(server.SocketPath);
        await client.CallAsync(1, "Block", new BlockRequest { Key = "beside" });
        await _served.Blocked("beside").Entered.Task.InTime();

        // Chat answers each message and nobody reads: its handler stands still, its input fills up.
        await client.CallAsync(3, "Chat", null, FrameFlags.RemoteOpen);
        byte[] message = new ChatRequest { Text = new string('x', 5000) }.ToByteArray();
        Task flood = Task.Run(async () =>
        {
            for (int i = 0; i < 2000; i++)
            {
                await client.SendAsync(3, FrameType.Data, FrameFlags.None, message);
            }
        });

        await flood.InTime();
        Response? end = null;
        while (end is null)
        {
            (FrameHeader header, byte[] payload) = (await client.ReadAsync())!.Value;
            end = header is { Type: FrameType.Response, StreamId: 3 } ? Response.Parser.ParseFrom(payload) : null;
        }

        Assert.Equal(8, end.Status.Code);
        _served.Blocked("beside").Released.SetResult();
        Assert.Equal(1u, (await client.ReadResponseAsync()).Stream);
    }

    [Fact]
    public async Task Stream_WhenItIsFullAndAlone_ThenTheConnectionWaitsAndNothingIsLost()
    {
        await using var server = new TtrpcTestServer([_served.Table], new() { StreamBuffer = 10_000 });
        await using RawTtrpc client = await RawTtrpc.ConnectAsync(server.SocketPath);
        await client.CallAsync(1, "Chat", null, FrameFlags.RemoteOpen);
        const int count = 2000;
        byte[] message = new ChatRequest { Text = new string('x', 5000) }.ToByteArray();
        Task flood = Task.Run(async () =>
        {
            for (int i = 0; i < count; i++)
            {
                await client.SendAsync(1, FrameType.Data, FrameFlags.None, message);
            }

            await client.SendAsync(1, FrameType.Data, FrameFlags.RemoteClosed | FrameFlags.NoData, []);
        });

        int answers = 0;
        while ((await client.ReadAsync())!.Value.Header is { Flags: FrameFlags.None, Type: FrameType.Data })
        {
            answers++;
        }

        Assert.Equal(count + 1, answers);
        await flood;
    }

    [Fact]
    public async Task Client_WhenItDoesNotRead_ThenOthersAreServed()
    {
        await using var server = new TtrpcTestServer([_served.Table]);
        await using RawTtrpc deaf = await RawTtrpc.ConnectAsync(server.SocketPath);
        for (uint id = 1; id < 40; id += 2)
        {
            await deaf.CallAsync(id, "Echo", new EchoRequest { ReplyBytes = 1_000_000 });
            await deaf.CallAsync(id + 1, "Echo", new EchoRequest());
        }

        await using RawTtrpc other = await RawTtrpc.ConnectAsync(server.SocketPath);
        await AssertServesAsync(other, 1);
    }

    [Fact]
    public async Task Close_WhenTheClientLeaves_ThenItsCallsAreCancelled()
    {
        await using var server = new TtrpcTestServer([_served.Table]);
        await using (RawTtrpc client = await RawTtrpc.ConnectAsync(server.SocketPath))
        {
            await client.CallAsync(1, "Block", new BlockRequest { Key = "a" });
            await client.CallAsync(3, "Count", new CountRequest { Count = 1, Block = "b" }, FrameFlags.RemoteClosed);
            await _served.Blocked("a").Entered.Task.InTime();
            await _served.Blocked("b").Entered.Task.InTime();
        }

        await _served.Blocked("a").Cancelled.Task.InTime();
        await _served.Blocked("b").Cancelled.Task.InTime();
    }

    [Fact]
    public async Task Cancel_WhenSent_ThenThatCallAloneIsCancelled()
    {
        await using var server = new TtrpcTestServer([_served.Table]);
        await using RawTtrpc client = await RawTtrpc.ConnectAsync(server.SocketPath);
        await client.CallAsync(1, "Block", new BlockRequest { Key = "a" });
        await client.CallAsync(3, "Block", new BlockRequest { Key = "b" });
        await _served.Blocked("a").Entered.Task.InTime();
        await _served.Blocked("b").Entered.Task.InTime();

        await client.SendAsync(1, FrameType.Cancel, FrameFlags.None, []);

        await _served.Blocked("a").Cancelled.Task.InTime();
        (uint stream, Response response) = await client.ReadResponseAsync();
        Assert.Equal((1u, 1), (stream, response.Status.Code));
        Assert.False(_served.Blocked("b").Cancelled.Task.IsCompleted);
    }

    [Fact]
    public async Task Deadline_WhenTheHandlerIsStubborn_ThenIsAnsweredOnceAndOnTime()
    {
        await using var server = new TtrpcTestServer([_served.Table]);
        await using RawTtrpc client = await RawTtrpc.ConnectAsync(server.SocketPath);
        var request = new Request
        {
            Service = "shimservice.conformance.v1.Conformance",
            Method = "Block",
            Payload = new BlockRequest { Key = "s", Stubborn = true }.ToByteString(),
            TimeoutNano = 20_000_000,
        };

        await client.SendAsync(1, FrameType.Request, FrameFlags.None, request);

        (uint stream, Response response) = await client.ReadResponseAsync();
        Assert.Equal((1u, 4), (stream, response.Status.Code));
        _served.Blocked("s").Released.SetResult();
        await AssertServesAsync(client, 3);
    }

    [Fact]
    public async Task Calls_WhenThereAreTooMany_ThenTheNextIsResourceExhausted()
    {
        await using var server = new TtrpcTestServer([_served.Table], new() { CallsPerConnection = 1 });
        await using RawTtrpc client = await RawTtrpc.ConnectAsync(server.SocketPath);
        await client.CallAsync(1, "Block", new BlockRequest { Key = "only" });
        await _served.Blocked("only").Entered.Task.InTime();

        await client.CallAsync(3, "Echo", new EchoRequest());

        Assert.Equal(8, (await client.ReadResponseAsync()).Response.Status.Code);
    }

    [Fact]
    public async Task Peer_WhenItIsNotAllowed_ThenTheConnectionCloses()
    {
        PeerCredentials? seen = null;
        await using var server = new TtrpcTestServer([_served.Table], new()
        {
            AllowPeer = peer =>
            {
                seen = peer;
                return false;
            },
        });
        await using RawTtrpc client = await RawTtrpc.ConnectAsync(server.SocketPath);

        Assert.Null(await client.ReadAsync());
        Assert.Equal(Environment.ProcessId, seen?.Pid);
        Assert.True(PeerCheck.IsOurs(seen!.Value));
        Assert.False(PeerCheck.IsOurs(seen.Value with { Uid = seen.Value.Uid + 1 }));
        Assert.False(PeerCheck.IsOurs(seen.Value with { Gid = seen.Value.Gid + 1 }));
    }

    [Fact]
    public async Task Stop_WhenCallsAreUnderWay_ThenTheyEndFirstAndNewOnesAreUnavailable()
    {
        await using var server = new TtrpcTestServer([_served.Table]);
        await using RawTtrpc busy = await RawTtrpc.ConnectAsync(server.SocketPath);
        await using RawTtrpc idle = await RawTtrpc.ConnectAsync(server.SocketPath);
        await AssertServesAsync(idle, 1);
        await busy.CallAsync(1, "Block", new BlockRequest { Key = "last" });
        await _served.Blocked("last").Entered.Task.InTime();

        Task stopping = server.StopAsync();
        Assert.Null(await idle.ReadAsync());
        await busy.CallAsync(3, "Echo", new EchoRequest());
        (uint refused, Response unavailable) = await busy.ReadResponseAsync();
        _served.Blocked("last").Released.SetResult();
        (uint ended, Response fine) = await busy.ReadResponseAsync();

        Assert.Equal((3u, 14), (refused, unavailable.Status.Code));
        Assert.Equal((1u, null), (ended, fine.Status));
        Assert.Null(await busy.ReadAsync());
        await stopping;
        Assert.Equal(0, server.Server.Connections);
    }

    [Fact]
    public async Task Stop_WhenAHandlerIsStubborn_ThenReturnsAfterTheDrainTime()
    {
        var server = new TtrpcTestServer([_served.Table], new() { DrainTime = TimeSpan.FromMilliseconds(100) });
        await using RawTtrpc client = await RawTtrpc.ConnectAsync(server.SocketPath);
        await client.CallAsync(1, "Block", new BlockRequest { Key = "never", Stubborn = true });
        await _served.Blocked("never").Entered.Task.InTime();

        await server.DisposeAsync();

        Assert.Null(await client.ReadAsync());
        _served.Blocked("never").Released.SetResult();
    }

    [Fact]
    public async Task Connections_WhenTheyComeAndGo_ThenTheCallbackCounts()
    {
        var counts = new System.Collections.Concurrent.BlockingCollection<int>();
        await using var server = new TtrpcTestServer([_served.Table], new() { ConnectionsChanged = counts.Add });

        await using (RawTtrpc client = await RawTtrpc.ConnectAsync(server.SocketPath))
        {
            await AssertServesAsync(client, 1);
            Assert.Equal(1, server.Server.Connections);
        }

        Assert.Equal([1, 0], [counts.Take(Limit.Token()), counts.Take(Limit.Token())]);
    }

    [Fact]
    public async Task Frames_WhenMutated_ThenTheServerNeverDies()
    {
        await using var server = new TtrpcTestServer([_served.Table], new() { Unexpected = _served.Unexpected });
        var random = new Random(1729);
        byte[] conversation = await RecordAsync();
        for (int round = 0; round < 300; round++)
        {
            byte[] bytes = [.. conversation];
            for (int change = random.Next(1, 8); change > 0; change--)
            {
                bytes[random.Next(bytes.Length)] = (byte)random.Next(256);
            }

            await using RawTtrpc client = await RawTtrpc.ConnectAsync(server.SocketPath);
            await client.SendAsync(bytes[..random.Next(1, bytes.Length + 1)]);
        }

        await using RawTtrpc last = await RawTtrpc.ConnectAsync(server.SocketPath);
        await AssertServesAsync(last, 1);
        Assert.Empty(_served.UnexpectedErrors);
    }

    private static Task<byte[]> RecordAsync()
    {
        var bytes = new List<byte>();
        Frame(1, FrameType.Request, FrameFlags.None, "Echo", new EchoRequest { Text = "x" });
        Frame(3, FrameType.Request, FrameFlags.RemoteOpen, "Sum", new SumRequest { Number = 1 });
        Frame(3, FrameType.Data, FrameFlags.None, null, new SumRequest { Number = 1 });
        Frame(3, FrameType.Data, FrameFlags.RemoteClosed | FrameFlags.NoData, null, null);
        Frame(5, FrameType.Request, FrameFlags.RemoteClosed, "Count", new CountRequest { Count = 3 });
        return Task.FromResult(bytes.ToArray());

        void Frame(uint stream, FrameType type, FrameFlags flags, string? method, IMessage? message)
        {
            byte[] payload = method is null
                ? message?.ToByteArray() ?? []
                : new Request
                {
                    Service = "shimservice.conformance.v1.Conformance",
                    Method = method,
                    Payload = message!.ToByteString(),
                }.ToByteArray();
            var header = new byte[FrameHeader.Size];
            new FrameHeader((uint)payload.Length, stream, type, flags).Write(header);
            bytes.AddRange([.. header, .. payload]);
        }
    }

    private static async Task AssertServesAsync(RawTtrpc client, uint id)
    {
        await client.CallAsync(id, "Echo", new EchoRequest { Text = "hello" });
        while (true)
        {
            (uint stream, Response response) = await client.ReadResponseAsync();
            if (stream == id)
            {
                Assert.Null(response.Status);
                Assert.Equal("hello", EchoResponse.Parser.ParseFrom(response.Payload).Text);
                return;
            }
        }
    }
}
