using ShimService.Contracts.Containerd.Task.V2;

namespace ShimService.Containerd.Tests;

/// <summary>What went wrong between containerd and shims over the years, by its reports.</summary>
[Collection(ContainerdCollection.Name)]
public sealed class RaceTests(Daemons daemons)
{
    private const uint Sigkill = 9;

    [Theory, On(Release.Bookworm), On(Release.Trixie), On(Release.Sid)]
    public async Task Kill_WhenExecsRun_ThenTheirExitsComeBeforeInits(Release release)
    {
        ContainerdDaemon daemon = await daemons.OnAsync(release);
        await using Events events = await Events.WatchAsync(daemon);
        string id = await daemon.RunDetachedAsync([], "sleep", "1000");
        string[] execs = ["a", "b", "c"];
        foreach (string exec in execs)
        {
            (await daemon.CtrAsync("task", "exec", "-d", "--exec-id", exec, id, "sleep", "1000")).Expect();
        }

        await daemon.RemoveAsync(id);
        List<string> exits = [.. (await events.UntilAsync(id, "/tasks/delete"))
            .Where(line => line.StartsWith("/tasks/exit", StringComparison.Ordinal))];

        Assert.Equal($"/tasks/exit {id} 137", exits[^1]);
        Assert.Equal(execs.Select(exec => $"/tasks/exit {exec} 137"), exits.SkipLast(1).Order());
    }

    [Theory, On(Release.Bookworm), On(Release.Trixie), On(Release.Sid)]
    public async Task Start_WhenTheProcessDiesAtOnce_ThenEveryEventComesOnceAndInOrder(Release release)
    {
        ContainerdDaemon daemon = await daemons.OnAsync(release);
        await using Events events = await Events.WatchAsync(daemon);
        for (int round = 0; round < 10; round++)
        {
            string id = daemon.NewId("short");

            (await daemon.CtrAsync(ContainerdDaemon.RunWords(id, ["--rm"], "true"))).Expect();

            Assert.Equal(
                ["/tasks/create", "/tasks/start", $"/tasks/exit {id} 0", "/tasks/delete"],
                await events.UntilAsync(id, "/tasks/delete"));
        }
    }

    [Theory, On(Release.Bookworm), On(Release.Trixie), On(Release.Sid)]
    public async Task Create_WhenItFails_ThenNoExitEventAppears(Release release)
    {
        ContainerdDaemon daemon = await daemons.OnAsync(release);
        await using Events events = await Events.WatchAsync(daemon);
        string failing = daemon.NewId("fails");
        string after = daemon.NewId("after");

        (await daemon.CtrAsync(ContainerdDaemon.RunWords(failing, ["--rm"], "no-such-program"))).Expect(1);
        (await daemon.CtrAsync(ContainerdDaemon.RunWords(after, ["--rm"], "true"))).Expect();
        (await daemon.CtrAsync("image", "label", ContainerdDaemon.Image, "after=failure")).Expect();
        List<string> seen = await events.AllOfAsync(failing, until: after);

        Assert.Empty(seen);
    }

    [Theory, On(Release.Bookworm), On(Release.Trixie), On(Release.Sid)]
    public async Task Delete_WhenCalledTwiceAtOnce_ThenBothAnswerTheSame(Release release)
    {
        ContainerdDaemon daemon = await daemons.OnAsync(release);
        string id = await daemon.RunDetachedAsync([], "sleep", "1000");
        await using ShimConnection shim = await ShimConnection.OpenAsync(daemon, id);
        using var bundle = new PlainBundle(daemon, daemon.NewId("twice"), "sh", "-c", "exit 5");
        await shim.CreateAsync(bundle.Create());
        await shim.StartAsync(bundle.Id);
        await shim.WaitAsync(bundle.Id);

        DeleteResponse[] answers = await Task.WhenAll(shim.DeleteAsync(bundle.Id), shim.DeleteAsync(bundle.Id));
        DeleteResponse late = await shim.DeleteAsync(bundle.Id);

        Assert.Equal(5u, late.ExitStatus);
        Assert.All(answers, answer => Assert.Equal(late, answer));
        await daemon.RemoveAsync(id);
    }

    [Theory, On(Release.Bookworm), On(Release.Trixie), On(Release.Sid)]
    public async Task Shutdown_WhenItCameTooEarly_ThenTheShimEndsWithItsLastTask(Release release)
    {
        ContainerdDaemon daemon = await daemons.OnAsync(release);
        string id = await daemon.RunDetachedAsync([], "true");
        await daemon.BecomesAsync(id, "STOPPED");
        await using ShimConnection shim = await ShimConnection.OpenAsync(daemon, id);

        await shim.ShutdownAsync(id);
        StateResponse still = await shim.StateAsync(id);
        await shim.DeleteAsync(id);

        Assert.Equal(id, still.Id);
        await shim.Closed.WaitAsync(TimeSpan.FromSeconds(10));
        await daemon.GoneAsync(id);
        await daemon.RemoveAsync(id);
    }

    [Theory, On(Release.Bookworm), On(Release.Trixie), On(Release.Sid)]
    public async Task Exec_WhenTwoHundredAreStartedTwentyAtATime_ThenEachHasItsOwnOutputAndStatus(Release release)
    {
        ContainerdDaemon daemon = await daemons.OnAsync(release);
        string id = await daemon.RunDetachedAsync([], "sleep", "1000");
        using var places = new SemaphoreSlim(20);

        (int Number, Command Exec)[] all = await Task.WhenAll(Enumerable.Range(0, 200).Select(async number =>
        {
            await places.WaitAsync();
            try
            {
                return (number, await daemon.ExecAsync(id, "sh", "-c", $"echo {number}; exit {number % 7}"));
            }
            finally
            {
                places.Release();
            }
        }));

        Assert.All(all, one => Assert.Equal($"{one.Number}\n", one.Exec.Expect(one.Number % 7).Output));
        await daemon.RemoveAsync(id);
    }

    [Theory, On(Release.Bookworm), On(Release.Trixie), On(Release.Sid)]
    public async Task Log_WhenNobodyReadsItsFifo_ThenTheShimGoesOn(Release release)
    {
        ContainerdDaemon daemon = await daemons.OnAsync(release);
        string id = await daemon.RunDetachedAsync([], "sleep", "1000");
        await using ShimConnection shim = await ShimConnection.OpenAsync(daemon, id);
        await daemon.SignalAsync("STOP");
        try
        {
            daemon.FillLog(id);
            await shim.ExecAsync(Requests.Exec(id, "unheard", "sh", "-c", "exit 6"));
            await shim.StartAsync(id, "unheard");
            WaitResponse ended = await shim.WaitAsync(id, "unheard");
            await shim.DeleteAsync(id, "unheard");

            Assert.Equal(6u, ended.ExitStatus);
        }
        finally
        {
            await daemon.SignalAsync("CONT");
        }

        await shim.KillAsync(id, Sigkill);
        await daemon.BecomesAsync(id, "STOPPED");
        await daemon.RemoveAsync(id);
    }

    [Theory, On(Release.Bookworm), On(Release.Trixie), On(Release.Sid)]
    public async Task State_WhenACreateWaitsForItsFifo_ThenItAnswersWithinAHundredMilliseconds(Release release)
    {
        ContainerdDaemon daemon = await daemons.OnAsync(release);
        string id = await daemon.RunDetachedAsync([], "sleep", "1000");
        await using ShimConnection shim = await ShimConnection.OpenAsync(daemon, id);
        using var bundle = new PlainBundle(daemon, daemon.NewId("slow"), "sh", "-c", "echo heard; exit 8");
        string fifo = bundle.Fifo("stdout");

        Task<uint> slow = CreateAndRunAsync();
        TimeSpan[] took = new TimeSpan[50];
        for (int time = 0; time < took.Length; time++)
        {
            long began = TimeProvider.System.GetTimestamp();
            await shim.StateAsync(id);
            took[time] = TimeProvider.System.GetElapsedTime(began);
        }

        // The reader comes late: the container's output waits for it.
        Command reader = await Command.RunAsync("head", "-n", "1", fifo);
        uint status = await slow;

        // The Create lasts until the reader comes; a busy host may keep a call or two from the processor.
        Array.Sort(took);
        Assert.True(took[^4] < TimeSpan.FromMilliseconds(100), $"State took {string.Join(", ", took[^4..])}");
        Assert.True(took[^1] < TimeSpan.FromSeconds(5), $"State took {took[^1]}");
        Assert.Equal("heard\n", reader.Expect().Output);
        Assert.Equal(8u, status);
        await daemon.RemoveAsync(id);

        async Task<uint> CreateAndRunAsync()
        {
            await shim.CreateAsync(bundle.Create(stdout: fifo));
            await shim.StartAsync(bundle.Id);
            uint ended = (await shim.WaitAsync(bundle.Id)).ExitStatus;
            await shim.DeleteAsync(bundle.Id);
            return ended;
        }
    }
}
