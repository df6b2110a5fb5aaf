using System.CommandLine;
using ShimService.Contracts.V1;

namespace ShimService.Cli.Commands.Volumes;

/// <summary>volume rm.</summary>
internal static class VolumeRemoveCommand
{
    public static Command Create()
    {
        var names = new Argument<string[]>("name") { Description = "volumes", Arity = ArgumentArity.OneOrMore };
        Command command = Verb.Create(
            "rm", "delete volumes that no container has, with what is in them", [names], async (session, parsed, cancel) =>
            {
                foreach (string name in parsed.GetValue(names)!)
                {
                    await session.Daemon.VolumeAsync(
                        "Delete", new DeleteVolumeRequest { Name = name }, DeleteVolumeResponse.Parser, cancel);
                }

                return 0;
            });
        command.Aliases.Add("delete");
        return command;
    }
}
