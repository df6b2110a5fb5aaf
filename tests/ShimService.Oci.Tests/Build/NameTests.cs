using System.Text;
using ShimService.Oci.Build.Names;

namespace ShimService.Oci.Tests.Build;

/// <summary>/etc/hosts and /etc/resolv.conf.</summary>
public sealed class NameTests
{
    private static readonly LinkedContainer Database = new(
        "web", "my-db", "10.0.0.2",
        [new(80, "udp"), new(81, "tcp"), new(80, "tcp"), new(82, "tcp"), new(5432, "tcp")],
        ["USER=me", "PATH=/bin", "HOME=/", "GONE", "=nameless", "EMPTY="]);

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
            Others =
            [
                new("10.0.0.2", ["my-db", "database", "db1"]), new("fd00::2", ["my-db", "database", "db1"]),
            ],
        })));

    [Fact]
    public void Build_WhenThereIsNoIpv6_ThenNoneOfItsNames() => Assert.Equal(
        "127.0.0.1\tlocalhost\n",
        Encoding.UTF8.GetString(HostsFile.Build(new HostsContent { Hostname = "h", HasIpv6 = false })));

    [Fact]
    public void Build_WhenTheHostHasNoAddress_ThenHostGatewayIsRefused() => Assert.Equal(
        "config.extra_hosts",
        Assert.Throws<SpecException>(() => HostsFile.Check(new HostsContent
        {
            Hostname = "h",
            Extra = [new ExtraHost("x", "host-gateway")],
        })).Field);

    [Fact]
    public void Build_WhenTheHostHasLostItsAddress_ThenTheOtherLinesStay() => Assert.Equal(
        "127.0.0.1\tlocalhost\n1.2.3.4\ty\n",
        Encoding.UTF8.GetString(HostsFile.Build(new HostsContent
        {
            Hostname = "h",
            HasIpv6 = false,
            Extra = [new ExtraHost("x", "host-gateway"), new ExtraHost("y", "1.2.3.4")],
        })));

    [Fact]
    public void Of_WhenPortsFollowEachOther_ThenTheRunHasItsEndsAndEachPortItsFour() => Assert.Equal(
        """
        MY_DB_PORT=tcp://10.0.0.2:80
        MY_DB_PORT_80_TCP_START=tcp://10.0.0.2:80
        MY_DB_PORT_80_TCP_PORT_START=80
        MY_DB_PORT_80_TCP_END=tcp://10.0.0.2:82
        MY_DB_PORT_80_TCP_PORT_END=82
        MY_DB_PORT_80_TCP=tcp://10.0.0.2:80
        MY_DB_PORT_80_TCP_ADDR=10.0.0.2
        MY_DB_PORT_80_TCP_PORT=80
        MY_DB_PORT_80_TCP_PROTO=tcp
        MY_DB_PORT_80_UDP=udp://10.0.0.2:80
        MY_DB_PORT_80_UDP_ADDR=10.0.0.2
        MY_DB_PORT_80_UDP_PORT=80
        MY_DB_PORT_80_UDP_PROTO=udp
        MY_DB_PORT_81_TCP=tcp://10.0.0.2:81
        MY_DB_PORT_81_TCP_ADDR=10.0.0.2
        MY_DB_PORT_81_TCP_PORT=81
        MY_DB_PORT_81_TCP_PROTO=tcp
        MY_DB_PORT_82_TCP=tcp://10.0.0.2:82
        MY_DB_PORT_82_TCP_ADDR=10.0.0.2
        MY_DB_PORT_82_TCP_PORT=82
        MY_DB_PORT_82_TCP_PROTO=tcp
        MY_DB_PORT_5432_TCP=tcp://10.0.0.2:5432
        MY_DB_PORT_5432_TCP_ADDR=10.0.0.2
        MY_DB_PORT_5432_TCP_PORT=5432
        MY_DB_PORT_5432_TCP_PROTO=tcp
        MY_DB_NAME=/web/my-db
        MY_DB_ENV_USER=me
        MY_DB_ENV_EMPTY=
        """,
        string.Join('\n', LinkVariables.Of(Database)));

    [Fact]
    public void Of_WhenNothingIsExposed_ThenItsNameAndItsVariables() => Assert.Equal(
        ["MY_DB_NAME=/web/my-db", "MY_DB_ENV_A=1"],
        LinkVariables.Of(Database with { Ports = [], Env = ["A=1"] }));

    [Fact]
    public void Of_WhenTwoPortsFollowEachOther_ThenTheyAreNoRun() => Assert.DoesNotContain(
        LinkVariables.Of(Database with { Ports = [new(80, "tcp"), new(81, "tcp")] }),
        static variable => variable.Contains("_START", StringComparison.Ordinal));

    [Fact]
    public void Of_WhenTheAddressIsIpv6_ThenUrlsHaveItInBrackets() => Assert.Equal(
        "MY_DB_PORT=tcp://[fd00::2]:80",
        LinkVariables.Of(Database with { Address = "fd00::2", Ports = [new(80, "tcp")] })[0]);

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
