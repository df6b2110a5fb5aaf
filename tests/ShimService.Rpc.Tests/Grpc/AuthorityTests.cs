using Google.Protobuf;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Logging;
using ShimService.Rpc.Tests.Conformance;
using ShimService.Rpc.Tests.Support;

namespace ShimService.Rpc.Tests.Grpc;

/// <summary>The table of src/ShimService.Daemon/Grpc/README.md, row by row, for us and for Kestrel alone.</summary>
public sealed class AuthorityTests
{
    private const byte AuthorityIndex = 1;
    private const byte HostIndex = 38;

    public static TheoryData<string, bool> Values => new()
    {
        { "localhost", true },
        { "localhost:0", true },
        { "", true },
        { "x.sock", true },
        { "/run/x.sock", false },
        { "%2Frun%2Fx.sock", false },
        { "unix:/run/x.sock", false },
        { "unix:///run/x.sock", false },
        { "[::]:50051", false },
        { "user@host", false },
        { "*", false },
    };

    [Theory]
    [MemberData(nameof(Values))]
    public async Task Call_WhenAuthorityIsAnything_ThenIsAnswered(string value, bool kestrelAlone)
    {
        _ = kestrelAlone;
        await using GrpcTestServer server = await GrpcTestServer.StartAsync([new ConformanceService().Table]);

        // Twice on each connection: the second time from the dynamic table.
        await AssertAnswersTwiceAsync(server, RawHttp2.Literal(":authority", value));
        await AssertAnswersTwiceAsync(server, RawHttp2.Indexed(AuthorityIndex, value), [0xbe]);
        await AssertAnswersTwiceAsync(server, RawHttp2.Indexed(HostIndex, value), [0xbe]);
    }

    [Fact]
    public async Task Call_WhenAuthorityIsAbsent_ThenIsAnswered()
    {
        await using GrpcTestServer server = await GrpcTestServer.StartAsync([new ConformanceService().Table]);

        await AssertAnswersTwiceAsync(server, []);
    }

    [Theory]
    [InlineData("https")]
    [InlineData("unix")]
    public async Task Call_WhenTheSchemeIsAnother_ThenIsAnswered(string scheme)
    {
        await using GrpcTestServer server = await GrpcTestServer.StartAsync([new ConformanceService().Table]);
        await using RawHttp2 client = await RawHttp2.ConnectAsync(server.SocketPath);
        byte[] headers = RawHttp2.PostHeaders(
            "/shimservice.conformance.v1.Conformance/Echo", RawHttp2.Literal(":authority", "localhost"), scheme);

        Assert.Equal(
            "answered", await client.CallAsync(headers, new EchoRequest { Text = "x" }.ToByteArray()).InTime());
    }

    [Theory]
    [MemberData(nameof(Values))]
    public async Task KestrelAlone_WhenAuthorityIsNoHostName_ThenResetsTheStream(string value, bool answers)
    {
        using var directory = new TemporaryDirectory();
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.ListenUnixSocket(
            directory.File("k.sock"), listen => listen.Protocols = HttpProtocols.Http2));
        await using WebApplication app = builder.Build();
        app.Run(static http => http.Response.WriteAsync("fine"));
        await app.StartAsync().InTime();

        await using RawHttp2 client = await RawHttp2.ConnectAsync(directory.File("k.sock"));
        byte[] headers = RawHttp2.PostHeaders("/a/b", RawHttp2.Literal(":authority", value));

        string outcome = await client.CallAsync(headers, []).InTime();

        // Kestrel ends a plain answer in a data frame: not "answered", but not reset either.
        Assert.Equal(!answers, outcome == "reset 1");
    }

    private static async Task AssertAnswersTwiceAsync(GrpcTestServer server, byte[] first, byte[]? second = null)
    {
        const string path = "/shimservice.conformance.v1.Conformance/Echo";
        byte[] message = new EchoRequest { Text = "hello" }.ToByteArray();
        await using RawHttp2 client = await RawHttp2.ConnectAsync(server.SocketPath);
        foreach (byte[] authority in (byte[][])[first, second ?? first])
        {
            Assert.Equal("answered", await client.CallAsync(RawHttp2.PostHeaders(path, authority), message).InTime());
        }
    }
}
