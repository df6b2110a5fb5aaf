using System.CommandLine;
using ShimService.Cli.Direct;
using ShimService.Contracts.V1;

namespace ShimService.Cli.Commands;

/// <summary>state: the OCI state of a container as JSON, as runc prints it.</summary>
internal static class StateCommand
{
    public static Command Create()
    {
        var id = new Argument<string>("id") { Description = "container" };
        return Verb.Create(
            "state",
            "print a container's OCI state as JSON",
            [id],
            async (session, parsed, cancel) =>
            {
                var request = new GetRequest { Id = parsed.GetValue(id)! };
                GetResponse answer = await session.Daemon.TaskAsync("Get", request, GetResponse.Parser, cancel);
                session.Output.Line(OciState.Of(answer.Task));
                return 0;
            });
    }
}
