using ShimService.Contracts.V1;
using ShimService.Network.Tests.Harness;

namespace ShimService.Network.Tests.Kernel;

/// <summary>A host whose own firewall drops what is forwarded, as it is where Docker runs.</summary>
[Collection(NetworkCollection.Name)]
public sealed class HostFirewallTests(NetworkFixture fixture)
{
    private NetworkDaemon Daemon => fixture.Daemon;

    private World World => fixture.World;

    [Fact]
    public async Task Run_WhenTheHostDropsWhatIsForwarded_ThenItSaysSoUntilTheHostLetsItPass()
    {
        await Daemon.CreateNetworkAsync(new NetworkConfig { Name = "dropped", InterfaceName = "drop0" });
        await World.ServeAsync(World.Outside, "tcp", World.OutsideAddress, 75);
        (await NftAsync("add table ip filter")).Expect();
        (await NftAsync("add chain ip filter FORWARD { type filter hook forward priority 0 ; policy drop ; }")).Expect();

        var first = await Daemon.TaskAsync("Run", Daemon.Request("drop1", BridgeTests.On("dropped")), RunResponse.Parser);
        var warning = Assert.Single(first.Warnings);
        Assert.Contains("chain ip filter FORWARD drops", warning, StringComparison.Ordinal);
        Assert.Equal("", await World.AskAsync($"/proc/{first.Pid}/ns/net", "tcp", World.OutsideAddress, 75, limit: 1));

        // The way out is the one the warning names.
        foreach (var command in warning[(warning.IndexOf(": nft ", StringComparison.Ordinal) + 2)..].Split("; "))
        {
            (await NftAsync(command["nft ".Length..])).Expect();
        }

        var second = await Daemon.TaskAsync("Run", Daemon.Request("drop2", BridgeTests.On("dropped")), RunResponse.Parser);
        Assert.Empty(second.Warnings);
        Assert.NotEqual("", await World.AskAsync($"/proc/{first.Pid}/ns/net", "tcp", World.OutsideAddress, 75));
        await Daemon.DeleteAsync("drop1", "drop2");
        await Daemon.DeleteNetworkAsync("dropped");
        (await NftAsync("delete table ip filter")).Expect();
    }

    private Task<Command> NftAsync(string command) => World.In(World.Host, "nft", command);
}
