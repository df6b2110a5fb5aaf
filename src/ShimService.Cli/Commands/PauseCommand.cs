using System.CommandLine;
using ShimService.Contracts.V1;

namespace ShimService.Cli.Commands;

/// <summary>pause: stop every process of a container where it is.</summary>
internal static class PauseCommand
{
    public static Command Create()
    {
        var id = new Argument<string>("id") { Description = "container" };
        return Verb.Create("pause", "stop every process of a container where it is", [id], async (session, parsed, cancel) =>
        {
            var request = new PauseRequest { Id = parsed.GetValue(id)! };
            PauseResponse answer = await session.Daemon.TaskAsync("Pause", request, PauseResponse.Parser, cancel);
            if (session.Output.Json)
            {
                session.Output.Message(answer);
            }

            return 0;
        });
    }
}
