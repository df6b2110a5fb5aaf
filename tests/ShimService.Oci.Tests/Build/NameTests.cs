using System.Text;
using ShimService.Oci.Build.Names;

namespace ShimService.Oci.Tests.Build;

/// <summary>/etc/hosts and /etc/resolv.conf.</summary>
public sealed class NameTests
{
    private static readonly LinkedContainer Database = new(
        "my-db", "db1", "database", ["10.0.0.2", "fd00::2"]);

    [Fact]
    public void Build_WhenEverythingIsThere_ThenLoopbackExtrasLinksAndOwnAddresses() => Assert.Equal(
        """
        127.0.0.1	localhost
        ::1	localhost ip6-localhost ip6-loopback
        fe00::	ip6-localnet
        ff00::	ip6-mcastprefix
        ff02::1	ip6-allnodes
        ff02::2	ip6-allrouters
        1.2.3.4	extra
        10.0.0.1	host.internal
        10.0.0.2	my-db database db1
        fd00::2	my-db database db1
        10.0.0.3	web.example.org web

        """,
        Encoding.UTF8.GetString(HostsFile.Build(new HostsContent
        {
            Hostname = "web",
            Domainname = "example.org",
            Addresses = ["10.0.0.3"],
            Extra = [ExtraHost.Parse("extra:1.2.3.4", "f"), ExtraHost.Parse("host.internal=host-gateway", "f")],
            HostGateways = ["10.0.0.1"],
            Links = [Database],
        })));

    [Fact]
    public void Build_WhenThereIsNoIpv6_ThenNoneOfItsNames() => Assert.Equal(
        "127.0.0.1\tlocalhost\n",
        Encoding.UTF8.GetString(HostsFile.Build(new HostsContent { Hostname = "h", HasIpv6 = false })));

    [Fact]
    public void Build_WhenTheHostHasNoAddress_ThenHostGatewayIsRefused() => Assert.Equal(
        "config.extra_hosts",
        Assert.Throws<SpecException>(() => HostsFile.Build(new HostsContent
        {
            Hostname = "h",
            Extra = [new ExtraHost("x", "host-gateway")],
        })).Field);

    [Theory]
    [InlineData("a:1.2.3.4", "1.2.3.4")]
    [InlineData("a=::1", "::1")]
    [InlineData("a:[::1]", "::1")]
    [InlineData("a:::1", "::1")]
    [InlineData("a", null)]
    [InlineData(":1.2.3.4", null)]
    [InlineData("a b:1.2.3.4", null)]
    [InlineData("a:somewhere", null)]
    [InlineData("a:1.2.3", null)]
    [InlineData("a:1.2.3.256", null)]
    [InlineData("a:1::2::3", null)]
    [InlineData("a:1:2:3:4:5:6:7", null)]
    [InlineData("a:12345::", null)]
    [InlineData("a:fe80::1:2", "fe80::1:2")]
    [InlineData("a:1:2:3:4:5:6:7:8", "1:2:3:4:5:6:7:8")]
    [InlineData("a:::ffff:10.0.0.1", "::ffff:10.0.0.1")]
    public void Parse_WhenAnExtraHostIsGiven_ThenItsAddressOrRefused(string text, string? address)
    {
        if (address is null)
        {
            Assert.Equal("f", Assert.Throws<SpecException>(() => ExtraHost.Parse(text, "f")).Field);
        }
        else
        {
            Assert.Equal(new ExtraHost("a", address), ExtraHost.Parse(text, "f"));
        }
    }

    [Theory]
    [InlineData("nameserver 10.0.0.1\nsearch a b\noptions ndots:2", "nameserver 10.0.0.1\nsearch a b\noptions ndots:2\n")]
    [InlineData("nameserver 127.0.0.1\nnameserver 10.0.0.1", "nameserver 10.0.0.1\n")]
    [InlineData("nameserver 127.0.0.1\nnameserver ::1", "nameserver 8.8.8.8\nnameserver 8.8.4.4\n")]
    [InlineData("nameserver fd00::1", "nameserver 8.8.8.8\nnameserver 8.8.4.4\n")]
    [InlineData("# comment\n\tnameserver\t10.0.0.1  \nsearch a\nsearch b", "nameserver 10.0.0.1\nsearch b\n")]
    [InlineData("", "nameserver 8.8.8.8\nnameserver 8.8.4.4\n")]
    public void Build_WhenTheConfigSaysNothing_ThenTheHostsServersThatCanBeReached(string host, string expected) =>
        Assert.Equal(expected, Encoding.UTF8.GetString(ResolvConf.Build(host, new ResolvConfig())));

    [Fact]
    public void Build_WhenThereIsIpv6_ThenItsServersStay() => Assert.Equal(
        "nameserver fd00::1\n", Encoding.UTF8.GetString(
            ResolvConf.Build("nameserver fd00::1", new() { HasIpv6 = true })));

    [Fact]
    public void Build_WhenTheNetworkIsTheHosts_ThenItsLoopbackServersToo() => Assert.Equal(
        "nameserver 127.0.0.53\n",
        Encoding.UTF8.GetString(ResolvConf.Build("nameserver 127.0.0.53", new() { IsHostNetwork = true })));

    [Fact]
    public void Build_WhenTheConfigNamesServers_ThenThoseEvenOnLoopback() => Assert.Equal(
        "nameserver 127.0.0.1\noptions x\n",
        Encoding.UTF8.GetString(ResolvConf.Build(
            "nameserver 10.0.0.1\nsearch a", new() { Servers = ["127.0.0.1"], Search = ["."], Options = ["x"] })));

    [Fact]
    public void Build_WhenAServerIsNoAddress_ThenRefused() => Assert.Equal(
        "config.dns[0]",
        Assert.Throws<SpecException>(() => ResolvConf.Build("", new() { Servers = ["dns.example"] })).Field);

    [Theory]
    [InlineData("nameserver 127.0.0.53", true)]
    [InlineData("nameserver 127.0.0.53\nnameserver 10.0.0.1", false)]
    [InlineData("nameserver 10.0.0.1", false)]
    public void IsStub_WhenOnlyTheStubIsNamed_ThenTrue(string content, bool isStub) =>
        Assert.Equal(isStub, ResolvConf.IsStub(content));
}
