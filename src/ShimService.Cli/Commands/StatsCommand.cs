using System.CommandLine;
using ShimService.Cli.Output;
using ShimService.Contracts.V1;
using Task = ShimService.Contracts.V1.Task;

namespace ShimService.Cli.Commands;

/// <summary>stats: what containers use now; --follow goes on for one of them.</summary>
internal static class StatsCommand
{
    public static Command Create()
    {
        var ids = new Argument<string[]>("id")
        {
            Description = "containers; absent: all that run", Arity = ArgumentArity.ZeroOrMore,
        };
        var follow = new Option<bool>("--follow", "-f") { Description = "go on measuring (one container)" };
        var interval = new Option<uint>("--interval")
        {
            Description = "with --follow: milliseconds between measurements", HelpName = "MS",
        };
        return Verb.Create(
            "stats", "measure containers", [ids, follow, interval], async (session, parsed, cancel) =>
            {
                string[] wanted = parsed.GetValue(ids)!;
                if (parsed.GetValue(follow))
                {
                    return wanted is [string only]
                        ? await FollowAsync(session, only, parsed.GetValue(interval), cancel)
                        : throw new CliException("--follow takes one container; top shows all of them");
                }

                await OnceAsync(session, wanted.Length > 0 ? wanted : await RunningAsync(session, cancel), cancel);
                return 0;
            });
    }

    /// <summary>Ids of the containers that have processes.</summary>
    public static async Task<string[]> RunningAsync(Session session, CancellationToken cancel)
    {
        var request = new ListRequest { States = { TaskState.Running, TaskState.Paused } };
        ListResponse answer = await session.Daemon.TaskAsync("List", request, ListResponse.Parser, cancel);
        return [.. answer.Tasks.Select(static (Task task) => task.Id)];
    }

    private static async System.Threading.Tasks.Task OnceAsync(Session session, string[] ids, CancellationToken cancel)
    {
        var rows = new List<string[]>();
        foreach (string id in ids)
        {
            var request = new StatsRequest { Id = id };
            TaskStats stats = await session.Daemon.TaskAsync("Stats", request, TaskStats.Parser, cancel);
            if (session.Output.Json)
            {
                session.Output.Message(stats);
            }

            rows.Add(StatsRow.Of(id, stats, before: null));
        }

        if (!session.Output.Json)
        {
            Tables.Write(StatsRow.Columns, rows);
        }
    }

    private static async Task<int> FollowAsync(Session session, string id, uint interval, CancellationToken cancel)
    {
        var request = new WatchStatsRequest { Id = id, IntervalMilliseconds = interval };
        IAsyncEnumerable<TaskStats> measurements =
            session.Daemon.TaskStreamAsync("WatchStats", request, TaskStats.Parser, cancel);
        if (session.Output.Json)
        {
            await foreach (TaskStats stats in measurements)
            {
                session.Output.Message(stats);
            }

            return 0;
        }

        await Tables.LiveAsync(StatsRow.Columns, async show =>
        {
            TaskStats? before = null;
            await foreach (TaskStats stats in measurements)
            {
                show([StatsRow.Of(id, stats, before)]);
                before = stats;
            }
        });
        return 0;
    }
}
