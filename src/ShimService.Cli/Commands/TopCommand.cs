using System.CommandLine;
using ShimService.Cli.Output;
using ShimService.Contracts.V1;
using ShimService.Rpc;

namespace ShimService.Cli.Commands;

/// <summary>top: all running containers and what they use, redrawn until ctrl-c. --json: one round.</summary>
internal static class TopCommand
{
    public static Command Create()
    {
        var interval = new Option<uint>("--interval")
        {
            Description = "milliseconds between rounds", HelpName = "MS", DefaultValueFactory = _ => 1000,
        };
        var rounds = new Option<uint>("--rounds") { Description = "stop after so many; 0 = never", HelpName = "N" };
        return Verb.Create(
            "top", "watch what running containers use", [interval, rounds], async (session, parsed, cancel) =>
            {
                if (session.Output.Json)
                {
                    foreach ((_, TaskStats stats) in await MeasureAsync(session, cancel))
                    {
                        session.Output.Message(stats);
                    }

                    return 0;
                }

                await Tables.LiveAsync(StatsRow.Columns, show => DrawAsync(
                    session, show, TimeSpan.FromMilliseconds(Math.Max(100, parsed.GetValue(interval))),
                    parsed.GetValue(rounds), cancel));
                return 0;
            });
    }

    private static async System.Threading.Tasks.Task DrawAsync(
        Session session,
        Action<IEnumerable<IReadOnlyList<string>>> show,
        TimeSpan interval,
        uint rounds,
        CancellationToken cancel)
    {
        Dictionary<string, TaskStats> before = [];
        using var timer = new PeriodicTimer(interval);
        for (uint round = 1; ; round++)
        {
            Dictionary<string, TaskStats> now = await MeasureAsync(session, cancel);
            show(now.Select(pair => StatsRow.Of(pair.Key, pair.Value, before.GetValueOrDefault(pair.Key))));
            before = now;
            if (round == rounds || !await timer.WaitForNextTickAsync(cancel))
            {
                return;
            }
        }
    }

    private static async Task<Dictionary<string, TaskStats>> MeasureAsync(Session session, CancellationToken cancel)
    {
        var measured = new Dictionary<string, TaskStats>();
        foreach (string id in await StatsCommand.RunningAsync(session, cancel))
        {
            try
            {
                var request = new StatsRequest { Id = id };
                measured[id] = await session.Daemon.TaskAsync("Stats", request, TaskStats.Parser, cancel);
            }
            catch (RpcException error) when (
                error.Code is RpcStatusCode.NotFound or RpcStatusCode.FailedPrecondition)
            {
                // It ended between the list and the measurement.
            }
        }

        return measured;
    }
}
