using System.Globalization;

namespace ShimService.Containerd.Tests;

/// <summary>containerd dies and comes back; the shims do not.</summary>
public sealed class RestartTests
{
    private const int Count = 20;
    private const int Ending = 5;

    [Theory, On(Release.Bookworm), On(Release.Trixie), On(Release.Sid)]
    public async Task Restart_WhenTasksEndedMeanwhile_ThenAllAreFoundWithTheirRealStatus(Release release)
    {
        await using ContainerdDaemon daemon = await ContainerdDaemon.StartAsync(release);
        string flags = Path.Combine(daemon.Work, "flags");
        Directory.CreateDirectory(flags);
        string[] mount = ["--mount", $"type=bind,src={flags},dst=/flags,options=rbind:ro"];
        string[] ids = await Task.WhenAll(Enumerable.Range(0, Count).Select(number => daemon.RunDetachedAsync(
            mount, "sh", "-c", $"until [ -e /flags/go-{number} ]; do sleep 0.1; done; exit {10 + number}")));
        var pids = new Dictionary<string, int>();
        foreach (string id in ids)
        {
            pids[id] = (await daemon.TaskAsync(id)).Pid;
        }

        await daemon.KillAsync();
        for (int number = 0; number < Ending; number++)
        {
            await File.WriteAllTextAsync(Path.Combine(flags, $"go-{number}"), "");
        }

        foreach (string id in ids.Take(Ending))
        {
            await Eventually.BecomesAsync(false, () => Directory.Exists($"/proc/{pids[id]}"), $"{id} runs");
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
            Command removed = await daemon.CtrAsync("task", "rm", ids[number]);
            Assert.Contains(
                (10 + number).ToString(CultureInfo.InvariantCulture),
                removed.Output + removed.Errors,
                StringComparison.Ordinal);
        }

        // Those that ran on end as if nothing had been.
        await using Events events = await Events.WatchAsync(daemon);
        await File.WriteAllTextAsync(Path.Combine(flags, $"go-{Count - 1}"), "");
        await daemon.BecomesAsync(ids[^1], "STOPPED");
        await daemon.RemoveAsync(ids[^1]);
        Assert.Equal(
            [$"/tasks/exit {ids[^1]} {10 + Count - 1}", "/tasks/delete"],
            await events.UntilAsync(ids[^1], "/tasks/delete"));
    }
}
