using System.CommandLine;
using ShimService.Contracts.V1;

namespace ShimService.Cli.Commands.Networks;

/// <summary>network inspect: one network with its containers, as JSON.</summary>
internal static class NetworkInspectCommand
{
    public static Command Create()
    {
        var name = new Argument<string>("name") { Description = "the network's name" };
        return Verb.Create("inspect", "show a network and who is on it", [name], async (session, parsed, cancel) =>
        {
            GetNetworkResponse answer = await session.Daemon.NetworkAsync(
                "Get", new GetNetworkRequest { Name = parsed.GetValue(name)! }, GetNetworkResponse.Parser, cancel);
            session.Output.Message(answer.Network);
            return 0;
        });
    }
}
