using System.CommandLine;
using ShimService.Contracts.V1;

namespace ShimService.Cli.Commands;

/// <summary>resume: let a paused container run on.</summary>
internal static class ResumeCommand
{
    public static Command Create()
    {
        var id = new Argument<string>("id") { Description = "container" };
        return Verb.Create("resume", "let a paused container run on", [id], async (session, parsed, cancel) =>
        {
            var request = new ResumeRequest { Id = parsed.GetValue(id)! };
            ResumeResponse answer = await session.Daemon.TaskAsync("Resume", request, ResumeResponse.Parser, cancel);
            if (session.Output.Json)
            {
                session.Output.Message(answer);
            }

            return 0;
        });
    }
}
