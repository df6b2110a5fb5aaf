using System.CommandLine;
using ShimService.Cli.Arguments;
using ShimService.Cli.Output;
using ShimService.Contracts.V1;
using Task = ShimService.Contracts.V1.Task;

namespace ShimService.Cli.Commands;

/// <summary>list: the containers of this node.</summary>
internal static class ListCommand
{
    public static Command Create()
    {
        Option<string[]> states =
            ContainerOptions.Many("--state", "STATE", "only these: created running paused stopped");
        var quiet = new Option<bool>("--quiet", "-q") { Description = "ids only" };
        return Verb.Create(
            "list", "list containers", [states, quiet], async (session, parsed, cancel) =>
            {
                var request = new ListRequest();
                request.States.Add(parsed.GetValue(states)!.Select(State));
                await WriteAsync(session, request, parsed.GetValue(quiet), cancel);
                return 0;
            });
    }

    public static async System.Threading.Tasks.Task WriteAsync(
        Session session, ListRequest request, bool quiet, CancellationToken cancel)
    {
        ListResponse answer = await session.Daemon.TaskAsync("List", request, ListResponse.Parser, cancel);
        if (session.Output.Json)
        {
            session.Output.Message(answer);
            return;
        }

        if (quiet)
        {
            foreach (Task task in answer.Tasks)
            {
                session.Output.Line(task.Id);
            }

            return;
        }

        DateTimeOffset now = TimeProvider.System.GetUtcNow();
        Tables.Write(["ID", "STATE", "PID", "EXIT", "CREATED", "COMMAND"], answer.Tasks.Select(task => new[]
        {
            task.Id,
            StateOf(task),
            Words.Number(task.Pid),
            task.ExitedAt is null ? "" : Words.Number(task.ExitStatus),
            Words.Ago(task.CreatedAt, now),
            Shorten(string.Join(' ', task.Args)),
        }));
    }

    public static string StateOf(Task task) =>
        task.State.ToString().ToLowerInvariant() + (task.OomKilled ? " (oom)" : "");

    private static string Shorten(string text) => text.Length <= 40 ? text : text[..39] + "…";

    private static TaskState State(string word) => word.ToLowerInvariant() switch
    {
        "created" => TaskState.Created,
        "running" => TaskState.Running,
        "paused" => TaskState.Paused,
        "stopped" => TaskState.Stopped,
        _ => throw new CliException($"--state {word}: there are created, running, paused and stopped"),
    };
}
