using System.Net;
using ShimService.Engine.Tests.Support;
using ShimService.Linux;
using ShimService.Linux.Abi;
using ShimService.Linux.Netlink;
using ShimService.Oci.Model;

namespace ShimService.Engine.Tests.Specs;

/// <summary>linux.netDevices: ends of veth pairs of the test's own, moved into containers. Needs root.</summary>
[Collection(EngineCollection.Name)]
[Trait("Spec", "linux.netDevices")]
public sealed class NetDeviceTests : IDisposable
{
    private const string Address = "00:00:5e:00:53:07";
    private static readonly string Ip = File.Exists("/usr/sbin/ip") ? "/usr/sbin/ip" : "/usr/bin/ip";
    private readonly SpecScene _scene = new();
    private readonly RouteSocket _host = RouteSocket.Open();
    private readonly string _mark = Guid.NewGuid().ToString("N")[..6];
    private readonly List<string> _made = [];

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Run_WhenADeviceIsRenamed_ThenItIsTheContainersWithAddressMtuAndMac(bool userNamespace)
    {
        var name = Make("a");
        var lines = await _scene.RunAsync(
            "for f in address mtu operstate; do cat /sys/class/net/inner0/$f; done; ifconfig inner0",
            spec => With(spec, new LinuxNetDevice(name, "inner0")).When(userNamespace, SpecChanges.InUserNamespace));

        Assert.Equal([Address, "1400"], lines[..2]);
        Assert.NotEqual("down", lines[2]);
        var shown = string.Join('\n', lines);
        Assert.Contains("addr:198.51.100.7", shown, StringComparison.Ordinal);
        Assert.Contains("2001:db8::7/64", shown, StringComparison.Ordinal);
        Assert.Contains("UP", shown, StringComparison.Ordinal);
        Assert.Null(_host.FindLink(name));
    }

    [Fact]
    public async Task Run_WhenThereAreSeveral_ThenEachKeepsItsNameWhereNoneIsGiven()
    {
        var (first, second) = (Make("b"), Make("c"));
        var lines = await _scene.RunAsync("ls /sys/class/net",
            spec => With(spec, new LinuxNetDevice(first), new LinuxNetDevice(second, "eth7")));

        Assert.Equal(["eth7", first, "lo"], lines.Order(StringComparer.Ordinal));
    }

    [Fact]
    [Trait("Spec", "linux.namespaces[network]")]
    public async Task Run_WhenTheNetworkIsJoined_ThenTheDeviceGoesThereAndStays()
    {
        var name = Make("d");
        using var pod = new SpecScene();
        var first = await pod.StartAsync("sleep 100");
        await _scene.RunAsync("true", spec => With(spec, new LinuxNetDevice(name, "eth1"))
            .WithNamespace(LinuxNamespaceKind.Network, $"/proc/{first.Init.Pid.Value}/ns/net"));
        var lines = await pod.ExecAsync(first, "ls /sys/class/net");
        await pod.EndAsync(first);

        Assert.Equal(["eth1", "lo"], lines);
    }

    [Fact]
    [Trait("Spec", "linux.namespaces[network]")]
    public async Task Run_WhenAnAddressIsOfTheHostAlone_ThenItStaysBehind()
    {
        var name = Make("g");
        var link = _host.FindLink(name)!;
        Assert.Equal(0, await HostCommand.RunAsync(Ip, "address", "add", "127.0.99.33/32", "dev", name, "scope", "host"));
        using var pod = new SpecScene();
        var first = await pod.StartAsync("sleep 100");
        var lines = await _scene.RunAsync("busybox=/usr/bin/busybox; $busybox ip address show eth1",
            spec => With(spec, new LinuxNetDevice(name, "eth1"))
                .WithNamespace(LinuxNamespaceKind.Network, $"/proc/{first.Init.Pid.Value}/ns/net"));

        // Whoever owns the network has the interface afterwards, and may give it back.
        var moved = await HostCommand.RunAsync("/usr/bin/nsenter", $"--net=/proc/{first.Init.Pid.Value}/ns/net", Ip,
            "link", "set", "eth1", "netns", Environment.ProcessId.ToString(System.Globalization.CultureInfo.InvariantCulture), "name", name);
        await pod.EndAsync(first);

        var shown = string.Join('\n', lines);
        Assert.Contains("198.51.100.7/24", shown, StringComparison.Ordinal);
        Assert.DoesNotContain("127.0.99.33", shown, StringComparison.Ordinal);
        Assert.Equal(0, moved);
        Assert.Equal(link.Address, _host.FindLink(name)!.Address);
    }

    [Fact]
    public async Task Create_WhenALaterStepFails_ThenTheHostHasItsDeviceBack()
    {
        var name = Make("e");
        var before = _host.FindLink(name)!;
        await _scene.RefusedAsync(spec => With(spec, new LinuxNetDevice(name, "inner0")).WithMounts(
            new MountSpec { Source = "/no/such/source", Destination = "/x", Options = ["bind"] }));
        var after = _host.FindLink(name);

        Assert.NotNull(after);
        Assert.Equal((before.Address, before.Mtu, before.IsUp), (after.Address, after.Mtu, after.IsUp));
        Assert.Contains(_host.LastingAddresses(), address => address.Link == after.Index
            && address.Address.Equals(IPAddress.Parse("198.51.100.7")));
    }

    [Fact]
    public async Task Create_WhenThereIsNoSuchDevice_ThenRefusedWithItsName()
    {
        var name = Make("f");
        var failure = await _scene.RefusedAsync(
            spec => With(spec, new LinuxNetDevice(name), new LinuxNetDevice($"no{_mark}")));

        Assert.Equal($"linux.netDevices[no{_mark}]", failure.Field);
        Assert.NotNull(_host.FindLink(name));
    }

    public void Dispose()
    {
        _scene.Dispose();
        foreach (var name in _made)
        {
            _host.Run(new RouteBatch().DeleteLink(name));
        }

        _host.Dispose();
    }

    // One end of a pair; the other one keeps the pair on the host.
    private string Make(string letter)
    {
        var (outer, name) = ($"o{_mark}{letter}", $"i{_mark}{letter}");
        Assert.True(MacAddress.TryParse(Address, out var mac));
        using var own = Files.Open("/proc/self/ns/net", OpenFlags.ReadOnly);
        _made.Add(outer);
        _made.Add(name);
        _host.Run(new RouteBatch().AddVeth(new VethSpec
        {
            Name = outer, PeerNamespace = own, PeerName = name, PeerAddress = mac, Mtu = 1400,
        }));
        var link = _host.FindLink(name)!;
        _host.Run(new RouteBatch().AddAddress(link.Index, IPAddress.Parse("198.51.100.7"), 24)
            .AddAddress(link.Index, IPAddress.Parse("2001:db8::7"), 64));
        return name;
    }

    private static Spec With(Spec spec, params LinuxNetDevice[] devices) =>
        spec.WithLinux(linux => linux with { NetDevices = devices });
}
