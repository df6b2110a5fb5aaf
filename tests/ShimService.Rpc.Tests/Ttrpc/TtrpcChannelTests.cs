using System.Net.Sockets;
using Google.Protobuf;
using ShimService.Contracts.Google.Rpc;
using ShimService.Contracts.Ttrpc;
using ShimService.Rpc.Tests.Conformance;
using ShimService.Rpc.Tests.Support;
using ShimService.Rpc.Ttrpc;

namespace ShimService.Rpc.Tests.Ttrpc;

/// <summary>The client's side of the wire, against a server that does what the test says.</summary>
public sealed class TtrpcChannelTests : IAsyncLifetime
{
    private const string Service = "shimservice.conformance.v1.Conformance";
    private readonly TemporaryDirectory _directory = new();
    private RawTtrpc? _server;
    private TtrpcChannel? _channel;

    private RawTtrpc Server => _server!;

    private TtrpcChannel Channel => _channel!;

    public async Task InitializeAsync()
    {
        using var listener = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        listener.Bind(new UnixDomainSocketEndPoint(_directory.File("s")));
        listener.Listen(1);
        _channel = await TtrpcChannel.ConnectAsync(
            _directory.File("s"), new() { StreamBuffer = 10_000, MessageLimit = 100_000 }, Limit.Token());
        _server = new(await listener.AcceptAsync());
    }

    public async Task DisposeAsync()
    {
        await Channel.DisposeAsync();
        await Server.DisposeAsync();
        _directory.Dispose();
    }

    [Fact]
    public async Task Connect_WhenNobodyListens_ThenIsUnavailableAndNamesTheSocket()
    {
        RpcException error = await Assert.ThrowsAsync<RpcException>(
            () => TtrpcChannel.ConnectAsync("/nowhere/s.sock", Limit.Token()));

        Assert.Equal(RpcStatusCode.Unavailable, error.Code);
        Assert.Contains("/nowhere/s.sock", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Unary_WhenCalled_ThenTheRequestIsAsTheProtocolSays()
    {
        Task<EchoResponse> call = Channel.UnaryAsync(
            Service,
            "Echo",
            new EchoRequest { Text = "x" },
            EchoResponse.Parser,
            new() { Timeout = TimeSpan.FromSeconds(90), Metadata = new() { { "K", "v" } } },
            Limit.Token());

        (FrameHeader header, byte[] payload) = (await Server.ReadAsync())!.Value;
        Request request = Request.Parser.ParseFrom(payload);
        Assert.Equal((1u, FrameType.Request, FrameFlags.None), (header.StreamId, header.Type, header.Flags));
        Assert.Equal((Service, "Echo", 90_000_000_000), (request.Service, request.Method, request.TimeoutNano));
        Assert.Equal(new KeyValue { Key = "k", Value = "v" }, Assert.Single(request.Metadata));
        await AnswerAsync(1, "y");
        Assert.Equal("y", (await call.InTime()).Text);
    }

    [Fact]
    public async Task Unary_WhenStartedFromManyThreads_ThenIdsArriveInOrder()
    {
        Task[] calls = [.. Enumerable.Range(0, 200).Select(_ => Task.Run(() => EchoAsync("x")))];

        for (uint expected = 1; expected < 400; expected += 2)
        {
            Assert.Equal(expected, (await Server.ReadAsync())!.Value.Header.StreamId);
            await AnswerAsync(expected, "y");
        }

        await Task.WhenAll(calls).InTime();
    }

    [Fact]
    public async Task Unary_WhenTheAnswerComesTooLate_ThenItIsDropped()
    {
        using var giveUp = new CancellationTokenSource();
        Task<EchoResponse> late = EchoAsync("late", giveUp.Token);
        Assert.Equal(1u, (await Server.ReadAsync())!.Value.Header.StreamId);
        await giveUp.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => late.InTime());
        FrameHeader cancel = (await Server.ReadAsync())!.Value.Header;
        Assert.Equal((1u, FrameType.Cancel), (cancel.StreamId, cancel.Type));

        Task<EchoResponse> next = EchoAsync("next");
        Assert.Equal(3u, (await Server.ReadAsync())!.Value.Header.StreamId);
        await AnswerAsync(1, "too late");
        await Server.SendAsync(99, FrameType.Data, FrameFlags.None, new byte[5]);
        await Server.SendAsync(3, (FrameType)55, FrameFlags.None, new byte[5]);
        await AnswerAsync(3, "y");

        Assert.Equal("y", (await next.InTime()).Text);
    }

    [Fact]
    public async Task Unary_WhenTheResponseIsAboveTheLimit_ThenIsResourceExhaustedAndTheChannelLives()
    {
        Task<EchoResponse> call = EchoAsync("x");
        await Server.ReadAsync();
        await Server.SendAsync(1, FrameType.Response, FrameFlags.None, new byte[100_001]);

        Assert.Equal(
            RpcStatusCode.ResourceExhausted, (await Assert.ThrowsAsync<RpcException>(() => call.InTime())).Code);
        Task<EchoResponse> next = EchoAsync("x");
        await Server.ReadAsync();
        await AnswerAsync(3, "y");
        Assert.Equal("y", (await next.InTime()).Text);
    }

    [Fact]
    public async Task Unary_WhenTheRequestIsAboveTheLimit_ThenNothingIsSent()
    {
        RpcException error = await Assert.ThrowsAsync<RpcException>(() => EchoAsync(new string('x', 200_000)));

        Assert.Equal(RpcStatusCode.ResourceExhausted, error.Code);
        Task<EchoResponse> next = EchoAsync("x");
        Assert.Equal(1u, (await Server.ReadAsync())!.Value.Header.StreamId);
        await AnswerAsync(1, "y");
        await next.InTime();
    }

    [Fact]
    public async Task Unary_WhenTheStatusIsOkOrAnError_ThenItCounts()
    {
        Task<EchoResponse> fine = EchoAsync("x");
        await Server.ReadAsync();
        await Server.SendAsync(1, FrameType.Response, FrameFlags.None, new Response { Status = new Status() });
        Assert.Equal(new EchoResponse(), await fine.InTime());

        Task<EchoResponse> failed = EchoAsync("x");
        await Server.ReadAsync();
        await Server.SendAsync(3, FrameType.Response, FrameFlags.None, new Response
        {
            Status = new Status { Code = 99, Message = "odd" }, Payload = ByteString.CopyFrom(1, 2),
        });
        RpcException error = await Assert.ThrowsAsync<RpcException>(() => failed.InTime());
        Assert.Equal((RpcStatusCode.Unknown, "odd"), (error.Code, error.Message));

        Task<EchoResponse> garbled = EchoAsync("x");
        await Server.ReadAsync();
        await Server.SendAsync(5, FrameType.Response, FrameFlags.None, [0x0a, 0x7f]);
        Assert.Equal(RpcStatusCode.Internal, (await Assert.ThrowsAsync<RpcException>(() => garbled.InTime())).Code);
    }

    [Fact]
    public async Task Stream_WhenItsReaderIsBehindBesideOtherCalls_ThenEndsAndTheOthersGoOn()
    {
        await using IAsyncEnumerator<CountResponse> slow = Count();
        ValueTask<bool> first = slow.MoveNextAsync();
        await Server.ReadAsync();
        Task<EchoResponse> other = EchoAsync("x");
        await Server.ReadAsync();
        byte[] data = new CountResponse { Data = ByteString.CopyFrom(new byte[4000]) }.ToByteArray();
        await Server.SendAsync(1, FrameType.Data, FrameFlags.None, data);
        Assert.True(await first.AsTask().InTime());

        for (int i = 0; i < 10; i++)
        {
            await Server.SendAsync(1, FrameType.Data, FrameFlags.None, data);
        }

        await AnswerAsync(3, "y");
        Assert.Equal("y", (await other.InTime()).Text);
        RpcException error = await Assert.ThrowsAsync<RpcException>(async () =>
        {
            while (await slow.MoveNextAsync().AsTask().InTime())
            {
            }
        });
        Assert.Equal((RpcStatusCode.ResourceExhausted, "STREAM_FULL"), (error.Code, error.Reason));
    }

    [Fact]
    public async Task Stream_WhenItsReaderIsBehindAndMakesACall_ThenTheCallIsAnswered()
    {
        await using IAsyncEnumerator<CountResponse> slow = Count();
        ValueTask<bool> first = slow.MoveNextAsync();
        await Server.ReadAsync();
        byte[] data = new CountResponse { Data = ByteString.CopyFrom(new byte[4000]) }.ToByteArray();
        for (int i = 0; i < 10; i++)
        {
            await Server.SendAsync(1, FrameType.Data, FrameFlags.None, data);
        }

        Assert.True(await first.AsTask().InTime());
        Task<EchoResponse> call = EchoAsync("x");
        await Server.ReadAsync();
        await AnswerAsync(3, "y");

        Assert.Equal("y", (await call.InTime()).Text);
    }

    [Fact]
    public async Task Stream_WhenItEndsWithAnEmptyMessageOrAResponse_ThenEachMeansWhatItSays()
    {
        await using IAsyncEnumerator<CountResponse> stream = Count();
        ValueTask<bool> first = stream.MoveNextAsync();
        await Server.ReadAsync();
        await Server.SendAsync(1, FrameType.Data, FrameFlags.None, []);
        Assert.True(await first.AsTask().InTime());
        Assert.Equal(new CountResponse(), stream.Current);

        await Server.SendAsync(1, FrameType.Response, FrameFlags.None, new Response());
        Assert.False(await stream.MoveNextAsync().AsTask().InTime());
    }

    [Fact]
    public async Task Closed_WhenTheServerLeaves_ThenCallsUnderWayAreUnavailable()
    {
        Task<EchoResponse> call = EchoAsync("x");
        await Server.ReadAsync();
        Assert.False(Channel.Closed.IsCompleted);

        await Server.DisposeAsync();

        Assert.Equal(RpcStatusCode.Unavailable, (await Assert.ThrowsAsync<RpcException>(() => call.InTime())).Code);
        await Channel.Closed.InTime();
    }

    private Task<EchoResponse> EchoAsync(string text) => EchoAsync(text, Limit.Token());

    private Task<EchoResponse> EchoAsync(string text, CancellationToken cancel) =>
        Channel.UnaryAsync(Service, "Echo", new EchoRequest { Text = text }, EchoResponse.Parser, cancel);

    private IAsyncEnumerator<CountResponse> Count() => Channel.ServerStreamAsync(
        Service, "Count", new CountRequest(), CountResponse.Parser, Limit.Token()).GetAsyncEnumerator();

    private Task AnswerAsync(uint stream, string text) => Server.SendAsync(
        stream,
        FrameType.Response,
        FrameFlags.None,
        new Response { Payload = new EchoResponse { Text = text }.ToByteString() });
}
