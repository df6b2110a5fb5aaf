using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using ShimService.Rpc.Grpc;
using ShimService.Rpc.Tests.Conformance;
using ShimService.Rpc.Tests.Support;

namespace ShimService.Rpc.Tests.Grpc;

/// <summary>What a well-behaved client never sends, header by header and byte by byte.</summary>
public sealed class GrpcAdapterTests : IAsyncLifetime
{
    private readonly ConformanceService _served = new();
    private GrpcTestServer? _server;
    private HttpMessageInvoker? _http;

    public async Task InitializeAsync()
    {
        _server = await GrpcTestServer.StartAsync([_served.Table]);
        _http = new(new SocketsHttpHandler { ConnectCallback = ConnectAsync });
    }

    public async Task DisposeAsync()
    {
        _http?.Dispose();
        await _server!.DisposeAsync();
    }

    [Theory]
    [InlineData("application/grpc", HttpStatusCode.OK)]
    [InlineData("application/grpc+proto", HttpStatusCode.OK)]
    [InlineData("application/grpc;charset=utf-8", HttpStatusCode.OK)]
    [InlineData("application/grpc-web", HttpStatusCode.UnsupportedMediaType)]
    [InlineData("application/grpc+json", HttpStatusCode.UnsupportedMediaType)]
    [InlineData("application/json", HttpStatusCode.UnsupportedMediaType)]
    public async Task Call_WhenTheContentTypeIs_ThenAnswers(string contentType, HttpStatusCode status)
    {
        Answer answer = await SendAsync(content => content.ContentType = MediaTypeHeaderValue.Parse(contentType));

        Assert.Equal(status, answer.Http);
        Assert.Equal(status == HttpStatusCode.OK ? "0" : null, answer.Status);
    }

    [Fact]
    public async Task Call_WhenTheMethodIsGet_ThenIsNotOurs()
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "http://localhost/metrics")
        {
            Version = HttpVersion.Version20, VersionPolicy = HttpVersionPolicy.RequestVersionExact,
        };
        using HttpResponseMessage response = await _http!.SendAsync(request, Limit.Token());

        Assert.Equal(HttpStatusCode.NotFound, response.StatusCode);
    }

    [Theory]
    [InlineData("grpc-encoding", "snappy", RpcStatusCode.Unimplemented)]
    [InlineData("grpc-encoding", "identity", RpcStatusCode.Ok)]
    [InlineData("grpc-timeout", "soon", RpcStatusCode.InvalidArgument)]
    [InlineData("grpc-timeout", "0n", RpcStatusCode.DeadlineExceeded)]
    [InlineData("grpc-timeout", "99999999H", RpcStatusCode.Ok)]
    public async Task Call_WhenAHeaderIs_ThenEndsWith(string name, string value, RpcStatusCode code)
    {
        Answer answer = await SendAsync(headers: headers => headers.TryAddWithoutValidation(name, value));

        Assert.Equal(((int)code).ToString(System.Globalization.CultureInfo.InvariantCulture), answer.Status);
        Assert.Equal("identity,gzip", answer.AcceptEncoding);
    }

    [Theory]
    [InlineData("/shimservice.conformance.v1.Conformance")]
    [InlineData("/shimservice.conformance.v1.Conformance/")]
    [InlineData("/shimservice.conformance.v1.Conformance/Echo/More")]
    [InlineData("/")]
    public async Task Call_WhenThePathIsNoMethod_ThenIsUnimplemented(string path) =>
        Assert.Equal("12", (await SendAsync(path: path)).Status);

    [Theory]
    [InlineData("02000000010a", RpcStatusCode.Internal)]
    [InlineData("01000000010a", RpcStatusCode.Internal)]
    [InlineData("00000000050a", RpcStatusCode.Internal)]
    [InlineData("0000", RpcStatusCode.Internal)]
    [InlineData("0000400001", RpcStatusCode.ResourceExhausted)]
    [InlineData("00ffffffff", RpcStatusCode.ResourceExhausted)]
    [InlineData("", RpcStatusCode.InvalidArgument)]
    [InlineData("00000000020a7f", RpcStatusCode.InvalidArgument)]
    public async Task Call_WhenTheBytesAre_ThenEndsWithAndTheConnectionLives(string bytes, RpcStatusCode code)
    {
        Answer answer = await SendAsync(body: Convert.FromHexString(bytes));

        Assert.Equal(((int)code).ToString(System.Globalization.CultureInfo.InvariantCulture), answer.Status);
        Assert.Equal("0", (await SendAsync()).Status);
    }

    [Fact]
    public async Task Call_WhenPackedWithGzip_ThenTheAnswerIsToo()
    {
        ReadOnlyMemory<byte> packed = GrpcEncoding.Pack(new EchoRequest { Text = new string('x', 5000) });

        Answer answer = await SendAsync(
            headers: headers => headers.TryAddWithoutValidation("grpc-encoding", "gzip"), body: packed.ToArray());

        Assert.Equal(("0", "gzip", (byte)1), (answer.Status, answer.Encoding, answer.Body[0]));
        Assert.True(answer.Body.Length < 500);
    }

    [Fact]
    public async Task Call_WhenGzipIsOnlyAccepted_ThenTheAnswerIsPlain()
    {
        Answer answer = await SendAsync(
            headers: headers => headers.TryAddWithoutValidation("grpc-accept-encoding", "gzip"));

        Assert.Equal(("0", null, (byte)0), (answer.Status, answer.Encoding, answer.Body[0]));
    }

    [Fact]
    public async Task Call_WhenItsHandlerOutlivesTheDeadline_ThenIsAnsweredAndTheHandlerTouchesNothing()
    {
        BlockedCall blocked = _served.Blocked("stubborn");
        byte[] request = GrpcEncoding.Plain(new BlockRequest { Key = "stubborn", Stubborn = true }).ToArray();

        Answer answer = await SendAsync(
            headers: headers => headers.TryAddWithoutValidation("grpc-timeout", "200m"),
            body: request,
            path: "/shimservice.conformance.v1.Conformance/Block");

        Assert.Equal("4", answer.Status);

        // Its late answer must not land in a later call that uses the same stream object.
        blocked.Released.SetResult();
        for (int i = 0; i < 20; i++)
        {
            Assert.Equal("0", (await SendAsync()).Status);
        }
    }

    private async Task<Answer> SendAsync(
        Action<HttpContentHeaders>? content = null,
        Action<HttpRequestHeaders>? headers = null,
        byte[]? body = null,
        string path = "/shimservice.conformance.v1.Conformance/Echo")
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "http://localhost" + path)
        {
            Version = HttpVersion.Version20,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
            Content = new ByteArrayContent(body ?? GrpcEncoding.Plain(new EchoRequest { Text = "hello" }).ToArray()),
        };
        request.Content.Headers.ContentType = new("application/grpc");
        content?.Invoke(request.Content.Headers);
        headers?.Invoke(request.Headers);
        using HttpResponseMessage response = await _http!.SendAsync(request, Limit.Token());
        byte[] bytes = await response.Content.ReadAsByteArrayAsync(Limit.Token());
        return new(
            response.StatusCode,
            First(response.TrailingHeaders, "grpc-status") ?? First(response.Headers, "grpc-status"),
            First(response.Headers, "grpc-encoding"),
            First(response.Headers, "grpc-accept-encoding"),
            bytes);

        static string? First(HttpResponseHeaders all, string name) =>
            all.TryGetValues(name, out IEnumerable<string>? values) ? string.Join(",", values) : null;
    }

    private async ValueTask<Stream> ConnectAsync(SocketsHttpConnectionContext context, CancellationToken cancel)
    {
        var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        await socket.ConnectAsync(new UnixDomainSocketEndPoint(_server!.SocketPath), cancel);
        return new NetworkStream(socket, ownsSocket: true);
    }

    private sealed record Answer(
        HttpStatusCode Http, string? Status, string? Encoding, string? AcceptEncoding, byte[] Body);
}
