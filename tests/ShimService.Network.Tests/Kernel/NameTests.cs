using ShimService.Contracts.V1;
using ShimService.Network.Tests.Harness;
using ShimService.Rpc;

namespace ShimService.Network.Tests.Kernel;

/// <summary>What containers on networks are called, and what they are told of each other.</summary>
[Collection(NetworkCollection.Name)]
public sealed class NameTests(NetworkFixture fixture)
{
    private NetworkDaemon Daemon => fixture.Daemon;

    [Fact]
    public async Task Run_WhenOnANetwork_ThenTheThreeFilesAreItsOwn()
    {
        var pid = await Daemon.RunAsync("named", BridgeTests.On("bridge"), static config =>
        {
            config.Hostname = "web";
            config.Domainname = "example.org";
            config.ExtraHosts.Add("host.internal:host-gateway");
            config.Dns.Add("9.9.9.9");
        });
        var endpoint = (await Daemon.GetAsync("named")).Networks[0];

        var hosts = await FileOfAsync(pid, "hosts");
        Assert.Equal("web\n", await FileOfAsync(pid, "hostname"));
        Assert.Contains($"{endpoint.Ipv4Address.Split('/')[0]}\tweb.example.org web\n", hosts, StringComparison.Ordinal);
        Assert.Contains($"{endpoint.Ipv4Gateway}\thost.internal\n", hosts, StringComparison.Ordinal);
        Assert.StartsWith("nameserver 9.9.9.9\n", await FileOfAsync(pid, "resolv.conf"), StringComparison.Ordinal);
        await Daemon.DeleteAsync("named");
    }

    [Fact]
    public async Task Run_WhenNobodyAsksForNames_ThenThoseOfADockerUserAreThere()
    {
        var pid = await Daemon.RunAsync("unnamed", BridgeTests.On("bridge"));

        Assert.Equal(NetworkDaemon.Named("unnamed") + "\n", await FileOfAsync(pid, "hostname"));
        Assert.Contains($"\t{NetworkDaemon.Named("unnamed")}\n", await FileOfAsync(pid, "hosts"), StringComparison.Ordinal);
        Assert.Equal(3, (await MountsOfAsync(pid)).Length);
        await Daemon.DeleteAsync("unnamed");
    }

    [Fact]
    public async Task Run_WhenTheConfigHasItsOwnFiles_ThenTheyStand()
    {
        var own = Path.Combine(Daemon.Work, "own-hosts");
        await File.WriteAllTextAsync(own, "1.2.3.4\tmine\n");
        var covered = await Daemon.RunAsync("covered", BridgeTests.On("bridge"), config =>
        {
            config.Volumes.Add($"{own}:/etc//hosts:ro");
            config.Mounts.Add(new Mount { Source = own, Destination = "/etc/resolv.conf" });
        });
        var without = await Daemon.RunAsync("without", BridgeTests.On("bridge"), static config => config.NameFiles = false);

        Assert.Equal("1.2.3.4\tmine\n", await FileOfAsync(covered, "hosts"));
        Assert.Equal("1.2.3.4\tmine\n", await FileOfAsync(covered, "resolv.conf"));
        Assert.Equal(NetworkDaemon.Named("covered") + "\n", await FileOfAsync(covered, "hostname"));
        Assert.Empty(await MountsOfAsync(without));
        await Daemon.DeleteAsync("covered", "without");
        Assert.Equal("1.2.3.4\tmine\n", await File.ReadAllTextAsync(own));
    }

    [Fact]
    public async Task Run_WhenItJoinsAnothersNetwork_ThenItHasThatOnesNames()
    {
        var donor = await Daemon.RunAsync("host1", BridgeTests.On("bridge"), static config => config.Hostname = "shared");
        var guest = await Daemon.RunAsync("guest1", BridgeTests.On("container:" + NetworkDaemon.Named("host1")));

        Assert.Equal(await FileOfAsync(donor, "hosts"), await FileOfAsync(guest, "hosts"));
        Assert.Equal("shared\n", await FileOfAsync(guest, "hostname"));
        Assert.Equal(
            "shared\n", (await Command.RunAsync("nsenter", $"--uts=/proc/{guest}/ns/uts", "hostname")).Expect().Output);
        await Daemon.DeleteAsync("host1", "guest1");
    }

    [Fact]
    public async Task Run_WhenTheNetworkIsTheHosts_ThenItsNamesAreTooAndPortsAreDroppedWithAWarning()
    {
        var networking = BridgeTests.On("host");
        networking.Ports.Add(new PortMapping { HostPort = 8080, ContainerPort = 80 });
        var answer = await Daemon.TaskAsync("Run", Daemon.Request("onthehost", networking), RunResponse.Parser);

        Assert.Contains("published ports are dropped", Assert.Single(answer.Warnings), StringComparison.Ordinal);
        Assert.Equal(
            (await Command.RunAsync("hostname")).Output, await FileOfAsync(answer.Pid, "hostname"));
        await Daemon.DeleteAsync("onthehost");
    }

    [Fact]
    public async Task Create_WhenTheHostHasNoAddressOnItsNetworks_ThenHostGatewayIsRefusedAndNothingIsLeft()
    {
        await Daemon.CreateNetworkAsync(new NetworkConfig { Name = "walled", Internal = true });

        var error = await Assert.ThrowsAsync<RpcException>(() => Daemon.RunAsync(
            "lonely", BridgeTests.On("walled"), static config => config.ExtraHosts.Add("h:host-gateway")));

        Assert.Equal(RpcStatusCode.InvalidArgument, error.Code);
        Assert.Contains("host-gateway", error.Message, StringComparison.Ordinal);
        Assert.Equal("", await Daemon.TracesAsync());
        await Daemon.DeleteNetworkAsync("walled");
    }

    [Fact]
    public async Task Run_WhenLinksAreToBeTold_ThenTheEnvironmentDoesAndItsOwnVariablesWin()
    {
        var served = BridgeTests.On("bridge");
        served.ExposedPorts.Add("5432");
        await Daemon.RunAsync("data", served, static config => config.Env.Add(["USER=me", "PATH=/bin:/usr/bin", "HOME=/srv"]));
        var networking = BridgeTests.On("bridge");
        networking.Links.Add(NetworkDaemon.Named("data") + ":my-db");
        var silent = await Daemon.RunAsync("silent", networking);
        networking.LinkVariables = true;
        var told = await Daemon.RunAsync("told", networking, static config => config.Env.Add("MY_DB_PORT_5432_TCP_PROTO=mine"));

        var address = (await Daemon.GetAsync("data")).Networks[0].Ipv4Address.Split('/')[0];
        var env = await EnvOfAsync(told);
        Assert.Equal(
            [
                $"MY_DB_ENV_USER=me", $"MY_DB_NAME=/{NetworkDaemon.Named("told")}/my-db", $"MY_DB_PORT=tcp://{address}:5432",
                $"MY_DB_PORT_5432_TCP=tcp://{address}:5432", $"MY_DB_PORT_5432_TCP_ADDR={address}",
                "MY_DB_PORT_5432_TCP_PORT=5432", "MY_DB_PORT_5432_TCP_PROTO=mine",
            ],
            env.Where(static entry => entry.StartsWith("MY_DB", StringComparison.Ordinal)).Order(StringComparer.Ordinal));
        Assert.DoesNotContain(await EnvOfAsync(silent), static entry => entry.StartsWith("MY_DB", StringComparison.Ordinal));
        await Daemon.DeleteAsync("data", "silent", "told");
    }

    [Fact]
    public async Task Create_WhenTheLinkedContainerHasEnded_ThenRefused()
    {
        await Daemon.RunAsync("ended", BridgeTests.On("bridge"), "true");
        await Daemon.TaskAsync("Wait", new WaitRequest { Id = NetworkDaemon.Named("ended") }, WaitResponse.Parser);
        var networking = BridgeTests.On("bridge");
        networking.Links.Add(NetworkDaemon.Named("ended"));

        var error = await Assert.ThrowsAsync<RpcException>(() => Daemon.RunAsync("late", networking));

        Assert.Contains("has ended", error.Message, StringComparison.Ordinal);
        await Daemon.DeleteAsync("ended");
        Assert.Equal("", await Daemon.TracesAsync());
    }

    private static Task<string> FileOfAsync(uint pid, string name) =>
        File.ReadAllTextAsync(Path.Combine($"/proc/{pid}/root", "etc", name));

    private static async Task<string[]> MountsOfAsync(uint pid) =>
        [.. (await File.ReadAllLinesAsync($"/proc/{pid}/mountinfo")).Where(
            static line => line.Contains(" /etc/", StringComparison.Ordinal))];

    private static async Task<string[]> EnvOfAsync(uint pid) =>
        (await File.ReadAllTextAsync($"/proc/{pid}/environ")).Split('\0', StringSplitOptions.RemoveEmptyEntries);
}
