using System.CommandLine;
using System.Globalization;
using ShimService.Cli.Output;
using ShimService.Contracts.V1;

namespace ShimService.Cli.Commands.Volumes;

/// <summary>volume ls.</summary>
internal static class VolumeListCommand
{
    public static Command Create()
    {
        var quiet = new Option<bool>("--quiet", "-q") { Description = "names only" };
        Command command = Verb.Create("ls", "list volumes", [quiet], async (session, parsed, cancel) =>
        {
            ListVolumesResponse answer = await session.Daemon.VolumeAsync(
                "List", new ListVolumesRequest(), ListVolumesResponse.Parser, cancel);
            if (session.Output.Json)
            {
                session.Output.Message(answer);
            }
            else if (parsed.GetValue(quiet))
            {
                foreach (Volume volume in answer.Volumes)
                {
                    session.Output.Line(volume.Name);
                }
            }
            else
            {
                Tables.Write(["NAME", "CONTAINERS", "PATH"], answer.Volumes.Select(static volume => new[]
                {
                    volume.Name, volume.ContainerIds.Count.ToString(CultureInfo.InvariantCulture), volume.Path,
                }));
            }

            return 0;
        });
        command.Aliases.Add("list");
        return command;
    }
}
