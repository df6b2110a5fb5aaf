using System.CommandLine;
using ShimService.Cli.Arguments;
using ShimService.Cli.Output;
using ShimService.Contracts.V1;

namespace ShimService.Cli.Commands;

/// <summary>create: a container up to the point where its program waits for start.</summary>
internal static class CreateCommand
{
    public static Command Create()
    {
        var container = new ContainerOptions();
        var pidFile = ContainerOptions.Text("--pid-file", "FILE", "write the init process's pid there");
        return Verb.Create(
            "create",
            "create a container; start starts it",
            [.. container.Symbols, pidFile],
            async (session, parsed, cancel) =>
            {
                CreateRequest request = ContainerRequests.From(container, parsed);
                CreateResponse answer = await Patience.WhileAsync(
                    $"creating {request.Id}",
                    session.Daemon.TaskAsync("Create", request, CreateResponse.Parser, cancel));
                PidFile.Write(parsed.GetValue(pidFile), answer.Pid);
                Warnings.Tell(answer.Warnings);
                if (session.Output.Json)
                {
                    session.Output.Message(answer);
                }
                else
                {
                    session.Output.Line(request.Id);
                }

                return 0;
            });
    }
}
