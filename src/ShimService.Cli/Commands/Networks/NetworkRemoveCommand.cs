using System.CommandLine;
using ShimService.Contracts.V1;

namespace ShimService.Cli.Commands.Networks;

/// <summary>network rm.</summary>
internal static class NetworkRemoveCommand
{
    public static Command Create()
    {
        var names = new Argument<string[]>("name") { Description = "networks", Arity = ArgumentArity.OneOrMore };
        Command command = Verb.Create("rm", "delete networks that nobody is on", [names], async (session, parsed, cancel) =>
        {
            foreach (string name in parsed.GetValue(names)!)
            {
                await session.Daemon.NetworkAsync(
                    "Delete", new DeleteNetworkRequest { Name = name }, DeleteNetworkResponse.Parser, cancel);
            }

            return 0;
        });
        command.Aliases.Add("delete");
        return command;
    }
}
