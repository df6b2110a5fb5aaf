using Google.Protobuf;
using ShimService.Contracts.Google.Rpc;
using ShimService.Rpc.Tests.Support;

namespace ShimService.Rpc.Tests.Conformance;

/// <summary>
/// What a caller may rely on, whatever the transport: each transport derives from this and adds nothing.
/// </summary>
public abstract class ConformanceTests : IAsyncLifetime
{
    private const string Service = "shimservice.conformance.v1.Conformance";

    private RpcChannel? _channel;

    private protected ConformanceService Served { get; } = new();

    private RpcChannel Channel => _channel ?? throw new InvalidOperationException("the test has not begun");

    public async Task InitializeAsync() => _channel = await StartAsync();

    public async Task DisposeAsync()
    {
        await Channel.DisposeAsync();
        await StopAsync();
    }

    /// <summary>Serves <see cref="Served"/> and connects to it.</summary>
    private protected abstract Task<RpcChannel> StartAsync();

    private protected abstract Task StopAsync();

    [Fact]
    public async Task Unary_WhenAnswered_ThenGivesTheAnswer()
    {
        EchoResponse response = await EchoAsync(new() { Text = "hällo", Data = ByteString.CopyFrom(1, 2, 3) });

        Assert.Equal("hällo", response.Text);
        Assert.Equal([1, 2, 3], response.Data.ToByteArray());
    }

    [Fact]
    public async Task Unary_WhenMessagesAreEmpty_ThenGivesTheEmptyAnswer() =>
        Assert.Equal(new EchoResponse(), await EchoAsync(new()));

    [Fact]
    public async Task Unary_WhenAFieldIsUnknown_ThenIgnoresIt()
    {
        EchoResponse response = await Channel.UnaryAsync(
            Service,
            "Echo",
            new EchoRequestOfTomorrow { Text = "today", Tomorrow = new string('x', 1000) },
            EchoResponse.Parser,
            Limit.Token());

        Assert.Equal("today", response.Text);
    }

    [Theory]
    [InlineData(400)]
    [InlineData(65_536)]
    [InlineData((4 * 1024 * 1024) - 100)]
    public async Task Unary_WhenTheMessageIsLarge_ThenComesWhole(int size)
    {
        var data = new byte[size];
        new Random(size).NextBytes(data);

        EchoResponse response = await EchoAsync(new() { Data = ByteString.CopyFrom(data) });

        Assert.True(response.Data.Span.SequenceEqual(data));
    }

    [Fact]
    public async Task Unary_WhenTheAnswerIsAboveTheLimit_ThenIsResourceExhaustedAndTheConnectionLives()
    {
        RpcException error = await Assert.ThrowsAsync<RpcException>(
            () => EchoAsync(new() { ReplyBytes = (4 * 1024 * 1024) + 1 }));

        Assert.Equal(RpcStatusCode.ResourceExhausted, error.Code);
        Assert.Equal("MESSAGE_TOO_LARGE", error.Reason);
        Assert.Equal("still", (await EchoAsync(new() { Text = "still" })).Text);
    }

    [Theory]
    [InlineData(RpcStatusCode.Canceled)]
    [InlineData(RpcStatusCode.Unknown)]
    [InlineData(RpcStatusCode.InvalidArgument)]
    [InlineData(RpcStatusCode.DeadlineExceeded)]
    [InlineData(RpcStatusCode.NotFound)]
    [InlineData(RpcStatusCode.AlreadyExists)]
    [InlineData(RpcStatusCode.PermissionDenied)]
    [InlineData(RpcStatusCode.ResourceExhausted)]
    [InlineData(RpcStatusCode.FailedPrecondition)]
    [InlineData(RpcStatusCode.Aborted)]
    [InlineData(RpcStatusCode.OutOfRange)]
    [InlineData(RpcStatusCode.Unimplemented)]
    [InlineData(RpcStatusCode.Internal)]
    [InlineData(RpcStatusCode.Unavailable)]
    [InlineData(RpcStatusCode.DataLoss)]
    [InlineData(RpcStatusCode.Unauthenticated)]
    public async Task Unary_WhenTheHandlerFails_ThenCodeAndMessageArrive(RpcStatusCode code)
    {
        const string message = "50% of it: naïve \"déjà vu\"\nsecond line\t€ 😀";

        RpcException error = await FailAsync(new() { Code = (int)code, Message = message });

        Assert.Equal(code, error.Code);
        Assert.Equal(message, error.Message);
    }

    [Fact]
    public async Task Unary_WhenTheErrorHasDetails_ThenTheyArrive()
    {
        RpcException error = await FailAsync(new() { Field = "config.args[0]", Message = "is empty" });

        Assert.Equal("INVALID_ARGUMENT", error.Reason);
        ErrorInfo info = Assert.IsType<ErrorInfo>(error.Detail("google.rpc.ErrorInfo", ErrorInfo.Parser));
        Assert.Equal("shimservice", info.Domain);
        Assert.Equal("config.args[0]", info.Metadata["field"]);
        BadRequest bad = Assert.IsType<BadRequest>(error.Detail("google.rpc.BadRequest", BadRequest.Parser));
        BadRequest.Types.FieldViolation violation = Assert.Single(bad.FieldViolations);
        Assert.Equal(("config.args[0]", "is empty"), (violation.Field, violation.Description));
    }

    [Fact]
    public async Task Unary_WhenTheErrorMessageIsVeryLong_ThenTheCodeStillArrives()
    {
        RpcException error = await FailAsync(new() { Code = 5, Message = new string('€', 100_000) });

        Assert.Equal(RpcStatusCode.NotFound, error.Code);
        Assert.StartsWith("€€€", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Unary_WhenTheHandlerCrashes_ThenIsInternalAndToldOnce()
    {
        RpcException error = await FailAsync(new() { Crash = true, Message = "boom" });

        Assert.Equal(RpcStatusCode.Internal, error.Code);
        Assert.Contains("boom", error.Message, StringComparison.Ordinal);
        Assert.IsType<InvalidOperationException>(Assert.Single(Served.UnexpectedErrors));
    }

    [Theory]
    [InlineData(Service, "Nothing", "unknown method Nothing")]
    [InlineData("shimservice.Nowhere", "Echo", "unknown service shimservice.Nowhere")]
    public async Task Unary_WhenNobodyServesIt_ThenIsUnimplementedAndTheConnectionLives(
        string service, string method, string message)
    {
        RpcException error = await Assert.ThrowsAsync<RpcException>(
            () => Channel.UnaryAsync(service, method, new EchoRequest(), EchoResponse.Parser, Limit.Token()));

        Assert.Equal(RpcStatusCode.Unimplemented, error.Code);
        Assert.Contains(message, error.Message, StringComparison.Ordinal);
        Assert.Equal("still", (await EchoAsync(new() { Text = "still" })).Text);
    }

    [Fact]
    public async Task Unary_WhenTheRequestDoesNotParse_ThenIsInvalidArgument()
    {
        // BytesValue's field 1 where EchoRequest has a string: these bytes are not UTF-8, which is no parse error in
        // every implementation; a truncated field 2 is.
        var request = new UnknownBytes([0x12, 0x7f, 0x01]);

        RpcException error = await Assert.ThrowsAsync<RpcException>(
            () => Channel.UnaryAsync(Service, "Echo", request, EchoResponse.Parser, Limit.Token()));

        Assert.Equal(RpcStatusCode.InvalidArgument, error.Code);
        Assert.Equal("MALFORMED_MESSAGE", error.Reason);
    }

    [Fact]
    public async Task Unary_WhenTheCallerGivesUp_ThenTheHandlerIsCancelled()
    {
        using var giveUp = new CancellationTokenSource();
        BlockedCall blocked = Served.Blocked("give up");
        Task<BlockResponse> call = BlockAsync(new() { Key = "give up" }, RpcCallOptions.Default, giveUp.Token);
        await blocked.Entered.Task.InTime();

        await giveUp.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => call.InTime());
        await blocked.Cancelled.Task.InTime();
    }

    [Fact]
    public async Task Unary_WhenTheDeadlinePasses_ThenBothSidesSaySo()
    {
        BlockedCall blocked = Served.Blocked("deadline");

        // Long enough for a busy machine to reach the handler before.
        RpcException error = await Assert.ThrowsAsync<RpcException>(() => BlockAsync(
            new() { Key = "deadline" }, new() { Timeout = TimeSpan.FromMilliseconds(800) }, Limit.Token()).InTime());

        Assert.Equal(RpcStatusCode.DeadlineExceeded, error.Code);
        await blocked.Cancelled.Task.InTime();
    }

    [Fact]
    public async Task Unary_WhenTheDeadlineHasPassedBefore_ThenIsDeadlineExceeded()
    {
        RpcException error = await Assert.ThrowsAsync<RpcException>(() => BlockAsync(
            new() { Key = "late" }, new() { Timeout = TimeSpan.FromSeconds(-1) }, Limit.Token()).InTime());

        Assert.Equal(RpcStatusCode.DeadlineExceeded, error.Code);
    }

    [Fact]
    public async Task Unary_WhenItHasATimeout_ThenTheHandlerKnowsItsDeadline()
    {
        DescribeResponse none = await DescribeAsync(RpcCallOptions.Default);
        DescribeResponse minute = await DescribeAsync(new() { Timeout = TimeSpan.FromMinutes(1) });
        DescribeResponse century = await DescribeAsync(new() { Timeout = TimeSpan.FromDays(36_500) });
        DescribeResponse longest = await DescribeAsync(new() { Timeout = TimeSpan.MaxValue });

        Assert.Equal(0, none.MillisecondsLeft);
        Assert.InRange(minute.MillisecondsLeft, 30_000, 60_000);
        Assert.True(century.MillisecondsLeft is 0 or > 1_000_000_000, $"{century.MillisecondsLeft} ms");
        Assert.True(longest.MillisecondsLeft is 0 or > 1_000_000_000, $"{longest.MillisecondsLeft} ms");
    }

    [Fact]
    public async Task Unary_WhenItHasMetadata_ThenTheHandlerSeesIt()
    {
        var metadata = new RpcMetadata
        {
            { "Tenant", "blue" }, { "many", "1" }, { "many", "2" }, { "raw-bin", "AAEC" },
        };

        DescribeResponse response = await DescribeAsync(new() { Metadata = metadata });

        Assert.Equal((Service, "Describe"), (response.Service, response.Method));
        Assert.Equal(["blue"], Values("tenant"));
        Assert.Equal(["1", "2"], Values("many"));
        Assert.Equal(["AAEC"], Values("raw-bin"));

        // HTTP lets a repeated header arrive as one.
        string[] Values(string key) =>
            [.. response.Metadata.Where(pair => pair.Key == key).SelectMany(pair => pair.Value.Split(", "))];
    }

    [Fact]
    public async Task Unary_WhenOverAUnixSocket_ThenTheHandlerKnowsItsPeer() =>
        Assert.Equal(Environment.ProcessId, (await DescribeAsync(RpcCallOptions.Default)).PeerPid);

    [Fact]
    public async Task Unary_WhenManyAreUnderWay_ThenEachGetsItsOwnAnswer()
    {
        Task<EchoResponse>[] calls =
            [.. Enumerable.Range(0, 500).Select(number => EchoAsync(new() { Text = $"call {number}" }))];

        EchoResponse[] responses = await Task.WhenAll(calls).InTime();

        Assert.Equal(Enumerable.Range(0, 500).Select(number => $"call {number}"), responses.Select(r => r.Text));
    }

    [Fact]
    public async Task Unary_WhenThousandsWait_ThenOthersAreAnsweredAndAllEnd()
    {
        BlockedCall blocked = Served.Blocked("crowd");
        Task[] crowd = [.. Enumerable.Range(0, 2000).Select(
            _ => BlockAsync(new() { Key = "crowd" }, RpcCallOptions.Default, Limit.Token()))];
        await blocked.Entered.Task.InTime();

        Assert.Equal("me too", (await EchoAsync(new() { Text = "me too" })).Text);

        blocked.Released.SetResult();
        await Task.WhenAll(crowd).InTime();
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(1000)]
    public async Task ServerStream_WhenItEndsWell_ThenEveryMessageCameInOrder(uint count) =>
        Assert.Equal(
            Enumerable.Range(1, (int)count).Select(number => (uint)number),
            (await CountAsync(new() { Count = count })).Select(response => response.Number));

    [Fact]
    public async Task ServerStream_WhenItFails_ThenTheMessagesComeBeforeTheError()
    {
        var seen = new List<uint>();

        RpcException error = await Assert.ThrowsAsync<RpcException>(async () =>
        {
            await foreach (CountResponse response in Count(new() { Count = 3, Code = 10 }, Limit.Token()))
            {
                seen.Add(response.Number);
            }
        });

        Assert.Equal((RpcStatusCode.Aborted, "after 3"), (error.Code, error.Message));
        Assert.Equal([1u, 2u, 3u], seen);
    }

    [Fact]
    public async Task ServerStream_WhenItCarriesMuch_ThenItComesWhole() =>
        Assert.Equal(200 * 100_000, (await CountAsync(new() { Count = 200, Size = 100_000 })).Sum(r => r.Data.Length));

    [Fact]
    public async Task ServerStream_WhenTheReaderLeaves_ThenTheHandlerIsCancelled()
    {
        BlockedCall blocked = Served.Blocked("leave");

        await foreach (CountResponse response in Count(new() { Count = 1, Block = "leave" }, Limit.Token()))
        {
            await blocked.Entered.Task.InTime();
            break;
        }

        await blocked.Cancelled.Task.InTime();
    }

    [Fact]
    public async Task ServerStream_WhenItsReaderIsSlow_ThenOtherCallsGoOn()
    {
        await using IAsyncEnumerator<CountResponse> slow =
            Count(new() { Count = 6, Size = 100_000, Block = "slow" }, Limit.Token()).GetAsyncEnumerator();
        Assert.True(await slow.MoveNextAsync().AsTask().InTime());

        for (int i = 0; i < 20; i++)
        {
            Assert.Equal("go on", (await EchoAsync(new() { Text = "go on" }).InTime()).Text);
        }
    }

    [Fact]
    public async Task ClientStream_WhenCompleted_ThenGivesTheAnswer()
    {
        await using RpcDuplexCall<SumRequest, SumResponse> call =
            Channel.Duplex<SumRequest, SumResponse>(Service, "Sum", SumResponse.Parser, Limit.Token());
        for (int number = 0; number <= 100; number++)
        {
            await call.WriteAsync(new() { Number = number }, Limit.Token());
        }

        await call.CompleteAsync(Limit.Token());

        Assert.Equal(new SumResponse { Total = 5050, Messages = 101 }, Assert.Single(await ReadAsync(call)));
    }

    [Fact]
    public async Task ClientStream_WhenNothingIsSent_ThenGivesTheEmptyAnswer()
    {
        await using RpcDuplexCall<SumRequest, SumResponse> call =
            Channel.Duplex<SumRequest, SumResponse>(Service, "Sum", SumResponse.Parser, Limit.Token());

        await call.CompleteAsync(Limit.Token());

        Assert.Equal(new SumResponse(), Assert.Single(await ReadAsync(call)));
    }

    [Fact]
    public async Task ClientStream_WhenTheClientVanishes_ThenTheHandlerIsCancelledAndSeesNoEnd()
    {
        RpcDuplexCall<SumRequest, SumResponse> call =
            Channel.Duplex<SumRequest, SumResponse>(Service, "Sum", SumResponse.Parser, Limit.Token());
        await call.WriteAsync(new() { Number = 1 }, Limit.Token());
        await Served.Blocked("sum").Entered.Task.InTime();

        await Channel.DisposeAsync();

        await Served.Blocked("sum").Cancelled.Task.InTime();
        await call.DisposeAsync();
    }

    [Fact]
    public async Task Duplex_WhenBothTalk_ThenAnswersComeBetween()
    {
        await using RpcDuplexCall<ChatRequest, ChatResponse> call = Chat();
        await using IAsyncEnumerator<ChatResponse> answers = call.ReadAllAsync(Limit.Token()).GetAsyncEnumerator();

        foreach (string text in (string[])["one", "", "three"])
        {
            await call.WriteAsync(new() { Text = text }, Limit.Token());
            Assert.True(await answers.MoveNextAsync().AsTask().InTime());
            Assert.Equal("re: " + text, answers.Current.Text);
        }

        await call.CompleteAsync(Limit.Token());
        Assert.True(await answers.MoveNextAsync().AsTask().InTime());
        Assert.Equal("bye", answers.Current.Text);
        Assert.False(await answers.MoveNextAsync().AsTask().InTime());
    }

    [Fact]
    public async Task Duplex_WhenTheServerEndsIt_ThenReadingEnds()
    {
        await using RpcDuplexCall<ChatRequest, ChatResponse> call = Chat();
        await call.WriteAsync(new() { Text = "end" }, Limit.Token());

        Assert.Empty(await ReadAsync(call));
    }

    [Fact]
    public async Task Duplex_WhenTheServerFails_ThenReadingSaysSo()
    {
        await using RpcDuplexCall<ChatRequest, ChatResponse> call = Chat();
        await call.WriteAsync(new() { Text = "fail" }, Limit.Token());

        RpcException error = await Assert.ThrowsAsync<RpcException>(() => ReadAsync(call));

        Assert.Equal((RpcStatusCode.Aborted, "as asked"), (error.Code, error.Message));
    }

    [Fact]
    public async Task Duplex_WhenManyAreOpen_ThenEachHasItsOwnMessages()
    {
        await Task.WhenAll(Enumerable.Range(0, 50).Select(async number =>
        {
            await using RpcDuplexCall<ChatRequest, ChatResponse> call = Chat();
            await call.WriteAsync(new() { Text = $"{number}" }, Limit.Token());
            await call.CompleteAsync(Limit.Token());
            Assert.Equal([$"re: {number}", "bye"], (await ReadAsync(call)).Select(response => response.Text));
        })).InTime();
    }

    [Fact]
    public async Task Closed_WhenTheServerStops_ThenCallsAreUnavailable()
    {
        await EchoAsync(new());
        await StopAsync();

        RpcException error = await Assert.ThrowsAsync<RpcException>(() => EchoAsync(new()).InTime());

        Assert.Equal(RpcStatusCode.Unavailable, error.Code);
        await Channel.Closed.InTime();
    }

    private Task<EchoResponse> EchoAsync(EchoRequest request) =>
        Channel.UnaryAsync(Service, "Echo", request, EchoResponse.Parser, Limit.Token());

    private Task<RpcException> FailAsync(FailRequest request) => Assert.ThrowsAsync<RpcException>(
        () => Channel.UnaryAsync(Service, "Fail", request, FailResponse.Parser, Limit.Token()));

    private Task<BlockResponse> BlockAsync(BlockRequest request, RpcCallOptions options, CancellationToken cancel) =>
        Channel.UnaryAsync(Service, "Block", request, BlockResponse.Parser, options, cancel);

    private Task<DescribeResponse> DescribeAsync(RpcCallOptions options) => Channel.UnaryAsync(
        Service, "Describe", new DescribeRequest(), DescribeResponse.Parser, options, Limit.Token());

    private IAsyncEnumerable<CountResponse> Count(CountRequest request, CancellationToken cancel) =>
        Channel.ServerStreamAsync(Service, "Count", request, CountResponse.Parser, cancel);

    private async Task<List<CountResponse>> CountAsync(CountRequest request)
    {
        var responses = new List<CountResponse>();
        await foreach (CountResponse response in Count(request, Limit.Token()))
        {
            responses.Add(response);
        }

        return responses;
    }

    private RpcDuplexCall<ChatRequest, ChatResponse> Chat() =>
        Channel.Duplex<ChatRequest, ChatResponse>(Service, "Chat", ChatResponse.Parser, Limit.Token());

    private static async Task<List<TRes>> ReadAsync<TReq, TRes>(RpcDuplexCall<TReq, TRes> call)
        where TReq : class, IMessage<TReq>
        where TRes : class, IMessage<TRes>
    {
        var responses = new List<TRes>();
        await foreach (TRes response in call.ReadAllAsync(Limit.Token()))
        {
            responses.Add(response);
        }

        return responses;
    }
}
