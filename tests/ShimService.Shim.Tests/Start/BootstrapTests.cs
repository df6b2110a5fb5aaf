using System.Text;
using ShimService.Shim.Start;

namespace ShimService.Shim.Tests.Start;

/// <summary>The dialects of containerd 1.6 to 2.3 and newer.</summary>
public sealed class BootstrapTests
{
    // BootstrapParams { instance_id = "c1", namespace = "ns", socket_dir = "/s" }
    private static readonly byte[] Params =
        [0x0a, 2, (byte)'c', (byte)'1', 0x12, 2, (byte)'n', (byte)'s', 0x4a, 2, (byte)'/', (byte)'s'];

    [Fact]
    public void Parse_WhenIdsMatch_ThenNewDialect()
    {
        var input = BootstrapParams.Parse(Params, "c1", "ns");

        Assert.Equal("/s", input?.SocketDirectory);
    }

    [Fact]
    public void Parse_WhenFlagsAreGone_ThenStdinAloneSays() =>
        Assert.Equal("c1", BootstrapParams.Parse(Params, "", "")?.InstanceId);

    [Fact]
    public void Parse_WhenEverythingIsThere_ThenEverythingIsRead()
    {
        // log_level = DEBUG (-4), containerd_version = "v", ttrpc, grpc, binary, extension { value = Any { "t", "v" } }
        byte[] rest =
        [
            0x18, 0xfc, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 1, 0x22, 1, (byte)'v', 0x2a, 2, .. "/t"u8,
            0x32, 2, .. "/g"u8, 0x3a, 2, .. "/c"u8, 0x42, 8, 0x0a, 6, 0x0a, 1, (byte)'t', 0x12, 1, (byte)'v',
        ];

        var input = BootstrapParams.Parse([.. Params, .. rest], "c1", "ns")!;

        Assert.Equal((-4, "/t", "/g", "/c", "/s"), (
            input.LogLevel, input.TtrpcAddress, input.GrpcAddress, input.ContainerdBinary, input.SocketDirectory));
        var extension = Assert.Single(input.Extensions);
        Assert.Equal(("t", "v"), (extension.TypeUrl, extension.Value.ToStringUtf8()));
    }

    [Fact]
    public void Parse_WhenIdsDiffer_ThenItIsAnOptionsAny() => Assert.Null(BootstrapParams.Parse(Params, "c2", "ns"));

    [Theory]
    [InlineData(new byte[] { })]
    [InlineData(new byte[] { 0xff, 0xff, 0xff })]
    [InlineData(new byte[] { 0x0a, 0x7f, 1 })]
    public void Parse_WhenEmptyOrTorn_ThenOlderDialect(byte[] stdin) =>
        Assert.Null(BootstrapParams.Parse(stdin, "c1", "ns"));

    [Fact]
    public void Format_WhenNewDialect_ThenProtobuf() => Assert.Equal(
        [8, 3, 0x12, 7, .. "unix:/x"u8, 0x1a, 5, .. "ttrpc"u8],
        BootstrapAnswer.Format("unix:/x", hasParams: true, hasMaxVersion: true, version: 2));

    [Fact]
    public void Format_WhenContainerd16_ThenPlainText() => Assert.Equal(
        "unix:///x", Encoding.UTF8.GetString(
            BootstrapAnswer.Format("unix:///x", hasParams: false, hasMaxVersion: false, version: 3)));

    [Theory]
    [InlineData(2u)]
    [InlineData(3u)]
    public void Format_WhenContainerd17To22_ThenJsonOfTheVersionAskedFor(uint version) => Assert.Equal(
        $$"""{"version":{{version}},"address":"unix:///x","protocol":"ttrpc"}""",
        Encoding.UTF8.GetString(BootstrapAnswer.Format("unix:///x", hasParams: false, hasMaxVersion: true, version)));

    [Fact]
    public void PathOf_WhenComputed_ThenAsContainerdsOwnShim() => Assert.Equal(
        "/run/containerd/s/d25aa4ef11a84e954e74a5bcff06557d0b6ea8d0c00243896f29826694bbd888",
        ShimSocket.PathOf(ShimSocket.DefaultDirectory, "/run/containerd/containerd.sock", "default", "c1"));

    [Theory]
    [InlineData("""{"annotations":{"io.kubernetes.cri.sandbox-id":"pod"}}""", "pod")]
    [InlineData("""{"annotations":{"io.kubernetes.cri.sandbox-id":"pod","io.containerd.runc.v2.group":"g"}}""", "g")]
    [InlineData("""{"annotations":{"io.containerd.runc.v2.group":"g","io.containerd.shimservice.v2.group":"own"}}""", "own")]
    [InlineData("""{"process":{"annotations":{"io.containerd.runc.v2.group":"no"}},"annotations":{"x":"y"}}""", null)]
    [InlineData("""{"hooks":[1,2],"annotations":null}""", null)]
    public void Find_WhenAnnotated_ThenGroup(string config, string? group) =>
        Assert.Equal(group, GroupOfBundle.Find(Encoding.UTF8.GetBytes(config)));
}
