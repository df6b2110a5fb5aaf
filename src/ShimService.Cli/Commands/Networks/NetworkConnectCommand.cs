using System.CommandLine;
using ShimService.Cli.Arguments;
using ShimService.Contracts.V1;

namespace ShimService.Cli.Commands.Networks;

/// <summary>network connect.</summary>
internal static class NetworkConnectCommand
{
    public static Command Create()
    {
        var network = new Argument<string>("network") { Description = "the network's name" };
        var container = new Argument<string>("container") { Description = "the container's id" };
        var ip = ContainerOptions.Text("--ip", "ADDRESS", "its IPv4 address there");
        var ip6 = ContainerOptions.Text("--ip6", "ADDRESS", "its IPv6 address there");
        var aliases = ContainerOptions.Many("--alias", "NAME", "one more name for it there");
        var priority =
            new Option<int>("--gw-priority") { Description = "the highest has the default route", HelpName = "N" };
        return Verb.Create(
            "connect",
            "put a container on one more network",
            [network, container, ip, ip6, aliases, priority],
            async (session, parsed, cancel) =>
            {
                var attachment = new NetworkAttachment
                {
                    Network = parsed.GetValue(network)!,
                    Ipv4Address = parsed.GetValue(ip) ?? "",
                    Ipv6Address = parsed.GetValue(ip6) ?? "",
                    GatewayPriority = parsed.GetValue(priority),
                };
                attachment.Aliases.Add(parsed.GetValue(aliases)!);
                var request = new ConnectRequest { ContainerId = parsed.GetValue(container)!, Attachment = attachment };
                ConnectResponse answer = await session.Daemon.NetworkAsync(
                    "Connect", request, ConnectResponse.Parser, cancel);
                if (session.Output.Json)
                {
                    session.Output.Message(answer);
                }

                return 0;
            });
    }
}
