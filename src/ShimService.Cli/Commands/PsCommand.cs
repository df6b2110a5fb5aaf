using System.CommandLine;
using ShimService.Cli.Output;
using ShimService.Contracts.V1;

namespace ShimService.Cli.Commands;

/// <summary>ps: with an id the processes of that container, as runc has it; without, the containers.</summary>
internal static class PsCommand
{
    public static Command Create()
    {
        var id = new Argument<string?>("id")
        {
            Description = "container; absent: list the containers", Arity = ArgumentArity.ZeroOrOne,
        };
        var all = new Option<bool>("--all", "-a") { Description = "stopped and created containers too" };
        return Verb.Create("ps", "list a container's processes", [id, all], async (session, parsed, cancel) =>
        {
            if (parsed.GetValue(id) is not { } container)
            {
                var list = new ListRequest();
                if (!parsed.GetValue(all))
                {
                    list.States.Add([TaskState.Running, TaskState.Paused]);
                }

                await ListCommand.WriteAsync(session, list, quiet: false, cancel);
                return 0;
            }

            var request = new PidsRequest { Id = container };
            PidsResponse answer = await session.Daemon.TaskAsync("Pids", request, PidsResponse.Parser, cancel);
            if (session.Output.Json)
            {
                session.Output.Message(answer);
                return 0;
            }

            Tables.Write(
                ["PID", "EXEC", "COMMAND"],
                answer.Processes.Select(process =>
                    new[] { Words.Number(process.Pid), process.ExecId, process.Command }));
            return 0;
        });
    }
}
