using System.CommandLine;
using System.Threading.Channels;
using ShimService.Cli.Arguments;
using ShimService.Cli.Direct.Stats;
using ShimService.Contracts.V1;
using ShimService.Rpc;
using StatsRequest = ShimService.Contracts.Containerd.Task.V3.StatsRequest;
using StatsResponse = ShimService.Contracts.Containerd.Task.V3.StatsResponse;
using Task = System.Threading.Tasks.Task;

namespace ShimService.Cli.Direct.Verbs;

/// <summary>
/// events: a container's measurements, at once and then every interval, and its encounters with the memory killer, one
/// JSON object a line, until it ends. --stats: one measurement.
/// </summary>
internal static class EventsVerb
{
    public static Command Create()
    {
        Argument<string> id = DirectVerb.Id();
        var once = new Option<bool>("--stats") { Description = "measure once" };
        Option<string?> interval = ContainerOptions.Text("--interval", "TIME", "between measurements; default 5s");
        return DirectVerb.Create(
            "events", "watch what a container uses", [id, once, interval], async (session, parsed, cancel) =>
            {
                string container = parsed.GetValue(id)!;
                TimeSpan every = Durations.Parse(parsed.GetValue(interval) ?? "5s", "--interval");
                await using DirectShim shim = await DirectShim.ConnectAsync(session.State, container, cancel);
                if ((await shim.GetAsync(container, cancel)).State == TaskState.Stopped)
                {
                    throw new CliException($"container with id {container} is not running", ExitStatus.RuncStyle);
                }

                if (parsed.GetValue(once))
                {
                    session.Output.Line(await MeasureAsync(shim, container, cancel));
                    return 0;
                }

                await WatchAsync(session, shim, container, every, cancel);
                return 0;
            });
    }

    private static async Task WatchAsync(
        DirectSession session, DirectShim shim, string id, TimeSpan every, CancellationToken cancel)
    {
        using var over = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        Channel<string> lines = Channel.CreateBounded<string>(new BoundedChannelOptions(64) { SingleReader = true });
        Task watch = ReportEventsAsync(shim, id, lines.Writer, over.Token);
        Task measure = ReportStatsAsync(shim, id, every, lines.Writer, over.Token);
        Task ended = CloseAfterAsync(watch, measure, over, lines.Writer);
        try
        {
            await foreach (string line in lines.Reader.ReadAllAsync(cancel))
            {
                session.Output.Line(line);
            }
        }
        finally
        {
            await over.CancelAsync();
            await ended;
        }
    }

    // Both loops end with the container; the one that fails otherwise is told.
    private static async Task CloseAfterAsync(
        Task watch, Task measure, CancellationTokenSource over, ChannelWriter<string> lines)
    {
        await watch;
        await over.CancelAsync();
        await measure;
        lines.Complete();
    }

    private static async Task ReportEventsAsync(
        DirectShim shim, string id, ChannelWriter<string> lines, CancellationToken cancel)
    {
        DateTimeOffset since = TimeProvider.System.GetUtcNow();
        try
        {
            await foreach (Event one in shim.WatchAsync(cancel))
            {
                switch (one)
                {
                    case { Topic: "/tasks/oom" }
                        when one.ContainerId == id && one.Timestamp.ToDateTimeOffset() >= since:
                        await lines.WriteAsync(EventLine.OutOfMemory(id), cancel);
                        break;
                    case { Topic: "/tasks/exit", ExecId: "" } when one.ContainerId == id:
                        return;
                }
            }
        }
        catch (Exception error) when (error is OperationCanceledException or RpcException)
        {
            // We are leaving, or the shim is: it goes when its container is deleted.
        }
    }

    private static async Task ReportStatsAsync(
        DirectShim shim, string id, TimeSpan every, ChannelWriter<string> lines, CancellationToken cancel)
    {
        using var timer = new PeriodicTimer(every);
        try
        {
            do
            {
                await lines.WriteAsync(await MeasureAsync(shim, id, cancel), cancel);
            }
            while (await timer.WaitForNextTickAsync(cancel));
        }
        catch (Exception error) when (error is OperationCanceledException or RpcException)
        {
            // It has just ended; the loop over the events says so.
        }
    }

    private static async Task<string> MeasureAsync(DirectShim shim, string id, CancellationToken cancel)
    {
        StatsResponse answer =
            await shim.TaskAsync("Stats", new StatsRequest { Id = id }, StatsResponse.Parser, cancel);
        return EventLine.Stats(id, answer.Stats);
    }
}
