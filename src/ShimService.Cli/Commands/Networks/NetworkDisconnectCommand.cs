using System.CommandLine;
using ShimService.Contracts.V1;

namespace ShimService.Cli.Commands.Networks;

/// <summary>network disconnect.</summary>
internal static class NetworkDisconnectCommand
{
    public static Command Create()
    {
        var network = new Argument<string>("network") { Description = "the network's name" };
        var container = new Argument<string>("container") { Description = "the container's id" };
        return Verb.Create(
            "disconnect",
            "take a container off a network",
            [network, container],
            async (session, parsed, cancel) =>
            {
                var request = new DisconnectRequest
                {
                    ContainerId = parsed.GetValue(container)!, Network = parsed.GetValue(network)!,
                };
                await session.Daemon.NetworkAsync("Disconnect", request, DisconnectResponse.Parser, cancel);
                return 0;
            });
    }
}
