using System.CommandLine;
using ShimService.Cli.Output;
using ShimService.Contracts.V1;

namespace ShimService.Cli.Commands.Networks;

/// <summary>network ls.</summary>
internal static class NetworkListCommand
{
    public static Command Create()
    {
        Command command = Verb.Create("ls", "list networks", [], async (session, _, cancel) =>
        {
            ListNetworksResponse answer = await session.Daemon.NetworkAsync(
                "List", new ListNetworksRequest(), ListNetworksResponse.Parser, cancel);
            if (session.Output.Json)
            {
                session.Output.Message(answer);
                return 0;
            }

            Tables.Write(["NAME", "TYPE", "BRIDGE", "SUBNETS"], answer.Networks.Select(static network => new[]
            {
                network.Name, network.Type, network.InterfaceName,
                string.Join(' ', network.Subnets.Select(static subnet => subnet.Subnet_)),
            }));
            return 0;
        });
        command.Aliases.Add("list");
        return command;
    }
}
