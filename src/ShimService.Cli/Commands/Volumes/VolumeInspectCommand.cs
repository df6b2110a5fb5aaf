using System.CommandLine;
using ShimService.Contracts.V1;

namespace ShimService.Cli.Commands.Volumes;

/// <summary>volume inspect: one volume with its containers, as JSON.</summary>
internal static class VolumeInspectCommand
{
    public static Command Create()
    {
        var name = new Argument<string>("name") { Description = "the volume's name" };
        return Verb.Create("inspect", "show a volume and who has it", [name], async (session, parsed, cancel) =>
        {
            GetVolumeResponse answer = await session.Daemon.VolumeAsync(
                "Get", new GetVolumeRequest { Name = parsed.GetValue(name)! }, GetVolumeResponse.Parser, cancel);
            session.Output.Message(answer.Volume);
            return 0;
        });
    }
}
