using System.CommandLine;
using ShimService.Cli.Arguments;
using ShimService.Cli.Direct;
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
        var console =
            ContainerOptions.Text("--console-socket", "PATH", "with --root: send the terminal's master there");
        return Verb.CreateWithDirect(
            "create",
            "create a container; start starts it",
            [.. container.Symbols, pidFile, console],
            async (session, parsed, cancel) =>
            {
                if (parsed.GetValue(console) is not null)
                {
                    throw new CliException("--console-socket goes with --root; shimd's terminals are for attach");
                }

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
            },
            (root, _, parsed, cancel) => DirectCreate.RunAsync(
                new DirectState(root),
                ContainerRequests.DirectId(container, parsed),
                parsed.GetValue(container.Bundle) ?? ".",
                parsed.GetValue(pidFile),
                parsed.GetValue(console),
                cancel));
    }
}
