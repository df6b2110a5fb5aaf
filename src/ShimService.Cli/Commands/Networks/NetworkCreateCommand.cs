using System.CommandLine;
using ShimService.Cli.Arguments;
using ShimService.Contracts.V1;

namespace ShimService.Cli.Commands.Networks;

/// <summary>network create.</summary>
internal static class NetworkCreateCommand
{
    public static Command Create()
    {
        var name = new Argument<string>("name") { Description = "the network's name" };
        var driver = ContainerOptions.Text("--driver", "TYPE", "bridge (default) or cni", "-d");
        var subnets = ContainerOptions.Many("--subnet", "SUBNET", "10.1.0.0/24; one of each family");
        var gateways =
            ContainerOptions.Many("--gateway", "ADDRESS", "the bridge's own address, for the subnet it lies in");
        var ranges = ContainerOptions.Many("--ip-range", "SUBNET", "containers get addresses of this part only");
        var aux = ContainerOptions.Many("--aux-address", "ADDRESS", "given to nobody");
        var ipv6 = new Option<bool>("--ipv6") { Description = "with IPv6" };
        var isInternal = new Option<bool>("--internal") { Description = "no way out and none in" };
        var isolated = new Option<bool>("--isolated") { Description = "its containers do not reach each other" };
        var noMasquerade =
            new Option<bool>("--no-masquerade") { Description = "containers go out with their own address" };
        var mtu = new Option<uint>("--mtu") { Description = "default: the default route's", HelpName = "N" };
        var bridge = ContainerOptions.Text("--bridge", "NAME", "the bridge's name; one that exists is used");
        var host =
            ContainerOptions.Text("--host-address", "ADDRESS", "where published ports listen that name no address");
        var config = ContainerOptions.Text("--cni-config", "FILE", "with -d cni: the network configuration list");
        var labels = ContainerOptions.Many("--label", "NAME=VALUE", "a label");
        return Verb.Create(
            "create",
            "make a network",
            [name, driver, subnets, gateways, ranges, aux, ipv6, isInternal, isolated, noMasquerade, mtu, bridge, host, config, labels],
            async (session, parsed, cancel) =>
            {
                var network = new NetworkConfig
                {
                    Name = parsed.GetValue(name)!,
                    Type = parsed.GetValue(driver) ?? "",
                    Ipv6 = parsed.GetValue(ipv6),
                    Internal = parsed.GetValue(isInternal),
                    Isolated = parsed.GetValue(isolated),
                    NoMasquerade = parsed.GetValue(noMasquerade),
                    Mtu = parsed.GetValue(mtu),
                    InterfaceName = parsed.GetValue(bridge) ?? "",
                    HostAddress = parsed.GetValue(host) ?? "",
                    CniConfig = parsed.GetValue(config) is { } file ? await File.ReadAllTextAsync(file, cancel) : "",
                };
                network.Subnets.Add(SubnetWords.Join(
                    parsed.GetValue(subnets)!, parsed.GetValue(gateways)!, parsed.GetValue(ranges)!, parsed.GetValue(aux)!));
                foreach (string label in parsed.GetValue(labels)!)
                {
                    string[] sides = label.Split('=', 2);
                    network.Labels[sides[0]] = sides.Length == 2 ? sides[1] : "";
                }

                CreateNetworkResponse answer = await session.Daemon.NetworkAsync(
                    "Create", new CreateNetworkRequest { Network = network }, CreateNetworkResponse.Parser, cancel);
                if (session.Output.Json)
                {
                    session.Output.Message(answer);
                }
                else
                {
                    session.Output.Line(answer.Network.Id);
                }

                return 0;
            });
    }
}
