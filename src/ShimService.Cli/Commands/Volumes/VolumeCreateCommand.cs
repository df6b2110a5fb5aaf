using System.CommandLine;
using ShimService.Cli.Arguments;
using ShimService.Contracts.V1;

namespace ShimService.Cli.Commands.Volumes;

/// <summary>volume create: prints the name.</summary>
internal static class VolumeCreateCommand
{
    public static Command Create()
    {
        var name = new Argument<string>("name")
        {
            Description = "the volume's name; made up when absent",
            Arity = ArgumentArity.ZeroOrOne,
        };
        var labels = ContainerOptions.Many("--label", "NAME=VALUE", "a label");
        return Verb.Create("create", "make a volume", [name, labels], async (session, parsed, cancel) =>
        {
            var request = new CreateVolumeRequest { Name = parsed.GetValue(name) ?? "" };
            PairWords.AddTo(request.Labels, parsed.GetValue(labels)!);
            CreateVolumeResponse answer = await session.Daemon.VolumeAsync(
                "Create", request, CreateVolumeResponse.Parser, cancel);
            if (session.Output.Json)
            {
                session.Output.Message(answer);
            }
            else
            {
                session.Output.Line(answer.Volume.Name);
            }

            return 0;
        });
    }
}
