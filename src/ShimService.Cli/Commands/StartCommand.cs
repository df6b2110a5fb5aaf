using System.CommandLine;
using ShimService.Contracts.V1;

namespace ShimService.Cli.Commands;

/// <summary>start: lets a created container's program run.</summary>
internal static class StartCommand
{
    public static Command Create()
    {
        var id = new Argument<string>("id") { Description = "container" };
        return Verb.Create(
            "start",
            "start a created container",
            [id],
            async (session, parsed, cancel) =>
            {
                var request = new StartRequest { Id = parsed.GetValue(id)! };
                StartResponse answer = await session.Daemon.TaskAsync("Start", request, StartResponse.Parser, cancel);
                if (session.Output.Json)
                {
                    session.Output.Message(answer);
                }

                return 0;
            });
    }
}
