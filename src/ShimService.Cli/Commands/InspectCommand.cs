using System.CommandLine;
using System.Globalization;
using ShimService.Cli.Output;
using ShimService.Contracts.V1;
using Task = ShimService.Contracts.V1.Task;

namespace ShimService.Cli.Commands;

/// <summary>inspect: everything shimd knows of one container.</summary>
internal static class InspectCommand
{
    public static Command Create()
    {
        var id = new Argument<string>("id") { Description = "container" };
        return Verb.Create("inspect", "show one container", [id], async (session, parsed, cancel) =>
        {
            var request = new GetRequest { Id = parsed.GetValue(id)! };
            Task task = (await session.Daemon.TaskAsync("Get", request, GetResponse.Parser, cancel)).Task;
            if (session.Output.Json)
            {
                session.Output.Message(task);
                return 0;
            }

            Tables.WritePairs(Pairs(task));
            if (task.Execs.Count > 0)
            {
                session.Output.Line("");
                Tables.Write(["EXEC", "STATE", "PID", "EXIT", "COMMAND"], task.Execs.Select(exec => new[]
                {
                    exec.ExecId,
                    exec.State.ToString().ToLowerInvariant(),
                    Words.Number(exec.Pid),
                    exec.ExitedAt is null ? "" : Words.Number(exec.ExitStatus),
                    string.Join(' ', exec.Args),
                }));
            }

            return 0;
        });
    }

    private static IEnumerable<(string Name, string Value)> Pairs(Task task)
    {
        yield return ("id", task.Id);
        yield return ("state", ListCommand.StateOf(task));
        yield return ("pid", Words.Number(task.Pid));
        yield return ("command", string.Join(' ', task.Args));
        yield return ("terminal", task.Terminal ? "yes" : "no");
        yield return ("bundle", task.Bundle);
        yield return ("created", Words.Time(task.CreatedAt));
        yield return ("started", Words.Time(task.StartedAt));
        if (task.ExitedAt is not null)
        {
            yield return ("exited", Words.Time(task.ExitedAt));
            yield return ("exit status", task.ExitStatus.ToString(CultureInfo.InvariantCulture));
        }

        yield return ("shim", $"{task.ShimPid} (group {task.Group})");
        foreach ((string name, string value) in task.Labels)
        {
            yield return ("label", $"{name}={value}");
        }
    }
}
