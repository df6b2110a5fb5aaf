using System.Globalization;
using Event = ShimService.Contracts.V1.Event;

namespace ShimService.Containerd.Tests;

/// <summary>containerd dies and comes back; the shims do not.</summary>
public sealed class RestartTests
{
    private const int Count = 20;
    private const int Ending = 5;

    [Theory, On(Release.Bookworm), On(Release.Trixie), On(Release.Sid)]
    public async Task Restart_WhenTasksEndedMeanwhile_ThenAllAreFoundAndEachExitIsDeliveredOnce(Release release)
    {
        await using ContainerdDaemon daemon = await ContainerdDaemon.StartAsync(release);
        await using var proxy = new EventsProxy(daemon, _ => ProxiedFate.Pass);
        await using var flags = new Flags(daemon);
        string[] ids = await Task.WhenAll(Enumerable.Range(0, Count).Select(number => daemon.RunDetachedAsync(
            [.. proxy.Runtime, .. flags.Mount], Flags.Await(number, 10 + number))));
        var pids = new Dictionary<string, int>();
        foreach (string id in ids)
        {
            pids[id] = (await daemon.TaskAsync(id)).Pid;
        }

        await daemon.KillAsync();
        var journals = new List<Task<List<Event>>>();
        for (int number = 0; number < Ending; number++)
        {
            flags.Raise(number);
            var exited = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            journals.Add(ReadJournalAsync(daemon, ids[number], exited));
            await exited.Task.WaitAsync(Command.Limit);
        }

        await daemon.StartAgainAsync();

        foreach (string id in ids.Skip(Ending))
        {
            Assert.Equal(("RUNNING", pids[id]), await daemon.TaskAsync(id));
        }

        (await daemon.ExecAsync(ids[^1], "sh", "-c", "exit 3")).Expect(3);
        for (int number = 0; number < Ending; number++)
        {
            Assert.Equal(("STOPPED", pids[ids[number]]), await daemon.TaskAsync(ids[number]));
            Assert.Equal(10 + number, await StatusOfAsync(daemon, ids[number]));
            Event exit = Assert.Single(await journals[number], one => one.Topic == "/tasks/exit");
            Assert.Equal((uint)(10 + number), exit.ExitStatus);
        }

        // Those that ran on end as if nothing had been.
        for (int number = Ending; number < Count; number++)
        {
            flags.Raise(number);
            await daemon.BecomesAsync(ids[number], "STOPPED");
            Assert.Equal(10 + number, await StatusOfAsync(daemon, ids[number]));
        }

        for (int number = 0; number < Count; number++)
        {
            string id = ids[number];
            List<string> wanted = ["/tasks/create", "/tasks/start", $"/tasks/exit {10 + number}", "/tasks/delete"];
            await Eventually.BecomesAsync(
                string.Join(", ", wanted), () => string.Join(", ", proxy.Delivered(id)), $"delivered of {id}");
        }
    }

    [Theory, On(Release.Bookworm), On(Release.Trixie), On(Release.Sid)]
    public async Task Forward_WhenTheAcknowledgementIsLost_ThenThatEventAloneComesTwice(Release release)
    {
        await using ContainerdDaemon daemon = await ContainerdDaemon.StartAsync(release);
        var exited = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        int deliveries = 0;
        await using var proxy = new EventsProxy(daemon, _ =>
        {
            // Held until the journal has been read: what is acknowledged is no longer in it.
            Assert.True(exited.Task.Wait(Command.Limit));
            return ++deliveries == 1 ? ProxiedFate.LoseAnswer : ProxiedFate.Pass;
        });
        await using var flags = new Flags(daemon);
        await using Events events = await Events.WatchAsync(daemon);
        string id = await daemon.RunDetachedAsync([.. proxy.Runtime, .. flags.Mount], Flags.Await(0, 7));
        Task<List<Event>> journal = ReadJournalAsync(daemon, id, exited);
        flags.Raise(0);
        await daemon.BecomesAsync(id, "STOPPED");
        await Eventually.BecomesAsync(4, () => proxy.Delivered(id).Count, $"events of {id}");

        Assert.Equal(7, await StatusOfAsync(daemon, id));
        Assert.Single(await journal, one => one.Topic == "/tasks/exit");
        List<string> wanted = ["/tasks/create", "/tasks/start", "/tasks/exit 7", "/tasks/exit 7", "/tasks/delete"];
        await Eventually.BecomesAsync(
            string.Join(", ", wanted), () => string.Join(", ", proxy.Delivered(id)), $"delivered of {id}");
        Assert.Equal(
            ["/tasks/create", "/tasks/start", $"/tasks/exit {id} 7", $"/tasks/exit {id} 7", "/tasks/delete"],
            await events.UntilAsync(id, "/tasks/delete"));
    }

    /// <summary>What design rests on: the answer to Pids is what a containerd that comes back decides by.</summary>
    [Theory, On(Release.Bookworm), On(Release.Trixie), On(Release.Sid)]
    public async Task Restart_WhenPidsOfAStoppedTaskAreAsked_ThenTheInitsKeepsIt(Release release)
    {
        await using ContainerdDaemon daemon = await ContainerdDaemon.StartAsync(release);
        await using var flags = new Flags(daemon);
        string kept = await daemon.RunDetachedAsync(flags.Mount, Flags.Await(0, 21));
        string lost = await daemon.RunDetachedAsync(flags.Mount, Flags.Await(0, 22));
        await daemon.KillAsync();
        flags.Raise(0);
        foreach (string id in new[] { kept, lost })
        {
            await using ShimConnection shim = await ShimConnection.OpenAsync(daemon, id);
            await shim.WaitAsync(id);
        }

        await using TtrpcProxy passing = Between(daemon, kept, _ => ProxiedFate.Pass);
        await using TtrpcProxy emptying = Between(
            daemon, lost, method => method == "Pids" ? ProxiedFate.AnswerEmpty : ProxiedFate.Pass);
        await daemon.StartAgainAsync();

        Assert.Equal("STOPPED", (await daemon.TaskAsync(kept)).State);
        Assert.Equal(21, await StatusOfAsync(daemon, kept));
        if (daemon.Version < new Version(1, 7))
        {
            // It asks Connect only, and keeps every task whose shim answers.
            Assert.DoesNotContain(emptying.Answered, call => call.Request.Method == "Pids");
            Assert.Equal(22, await StatusOfAsync(daemon, lost));
            return;
        }

        Assert.Contains(passing.Answered, call => call.Request.Method == "Pids");

        // As every other shim answers, whose container has no process any more: status and all, it is gone.
        Assert.Equal("", (await daemon.TaskAsync(lost)).State);
        Assert.Contains(emptying.Answered, call => call.Request.Method == "Delete");
        await daemon.GoneAsync(lost);
    }

    /// <summary>A shim that the next containerd reaches through a proxy.</summary>
    private static TtrpcProxy Between(ContainerdDaemon daemon, string id, Func<string, ProxiedFate> decide)
    {
        string shim = ShimConnection.AddressOf(daemon, id);
        string path = Path.Combine(daemon.Work, id + ".proxy");
        foreach (string file in new[] { "address", "bootstrap.json" }.Select(name => Path.Combine(daemon.Bundle(id), name)))
        {
            if (File.Exists(file))
            {
                File.WriteAllText(file, File.ReadAllText(file).Replace(shim, path, StringComparison.Ordinal));
            }
        }

        return new TtrpcProxy(path, shim, request => decide(request.Method));
    }

    private static async Task<List<Event>> ReadJournalAsync(
        ContainerdDaemon daemon, string id, TaskCompletionSource exited)
    {
        await using ShimConnection shim = await ShimConnection.OpenAsync(daemon, id);
        return await shim.ReadJournalAsync(id, exited).WaitAsync(Command.Limit);
    }

    /// <summary>Removes a stopped task.</summary>
    /// <returns>The status that containerd has of it.</returns>
    private static async Task<int> StatusOfAsync(ContainerdDaemon daemon, string id)
    {
        Command removed = await daemon.CtrAsync("task", "rm", id);
        string text = removed.Output + removed.Errors;
        int number = text.LastIndexOf("code ", StringComparison.Ordinal);
        Assert.True(number >= 0, text);
        return int.Parse(text[(number + 5)..].Split(' ', '\n', '"')[0], CultureInfo.InvariantCulture);
    }
}
