namespace ShimService.Containerd.Tests;

/// <summary>What a shim holds after three hundred containers is what it held before them.</summary>
[Collection(ContainerdCollection.Name)]
public sealed class LeakTests(Daemons daemons)
{
    private const int Warm = 50;
    private const int Cycles = 300;
    private const int ThreadSlack = 6;
    private const long ResidentSlackKilobytes = 2048;

    [Theory, On(Release.Bookworm), On(Release.Trixie), On(Release.Sid)]
    public async Task Cycles_WhenThreeHundredAreDone_ThenTheShimHoldsWhatItHeld(Release release)
    {
        ContainerdDaemon daemon = await daemons.OnAsync(release);
        string id = await daemon.RunDetachedAsync([], "sleep", "1000");
        int pid = daemon.ShimOf(id);
        await using ShimConnection shim = await ShimConnection.OpenAsync(daemon, id);
        await CycleAsync(daemon, shim, Warm);
        ShimFootprint before = await AtRestAsync(pid);
        IReadOnlyList<string> tracesBefore = daemon.Traces();

        await CycleAsync(daemon, shim, Cycles);

        ShimFootprint after = await AtRestAsync(pid);
        await Eventually.BecomesAsync(
            before with { ResidentKilobytes = 0, Threads = 0 },
            () => (after = ShimFootprint.Of(pid)) with { ResidentKilobytes = 0, Threads = 0 },
            "the shim's descriptors, children and sockets");
        // The thread pool may have grown or shrunk by its own rules meanwhile.
        Assert.InRange(after.Threads, 1, before.Threads + ThreadSlack);
        Assert.InRange(after.ResidentKilobytes, 1, before.ResidentKilobytes + ResidentSlackKilobytes);
        Assert.True(before.ResidentKilobytes > 0 && tracesBefore.Count > 0);
        Assert.Equal(tracesBefore, daemon.Traces());
        await daemon.RemoveAsync(id);
    }

    /// <summary>A shim gives memory back once it has been quiet for a while: only then is it comparable.</summary>
    private static async Task<ShimFootprint> AtRestAsync(int pid)
    {
        long busy = ShimFootprint.Of(pid).ResidentKilobytes;
        long last = busy;
        await Eventually.BecomesAsync(
            true,
            () =>
            {
                long before = last;
                last = ShimFootprint.Of(pid).ResidentKilobytes;
                return last < busy * 3 / 4 && last == before;
            },
            $"{busy} kB of a busy shim given back");
        return ShimFootprint.Of(pid);
    }

    private static async Task CycleAsync(ContainerdDaemon daemon, ShimConnection shim, int count)
    {
        for (int cycle = 0; cycle < count; cycle++)
        {
            using var bundle = new PlainBundle(daemon, daemon.NewId("cycle"), "sleep", "1000");
            await shim.CreateAsync(bundle.Create());
            await shim.StartAsync(bundle.Id);
            await shim.ExecAsync(Requests.Exec(bundle.Id, "e", "true"));
            await shim.StartAsync(bundle.Id, "e");
            Assert.Equal(0u, (await shim.WaitAsync(bundle.Id, "e")).ExitStatus);
            await shim.DeleteAsync(bundle.Id, "e");
            await shim.KillAsync(bundle.Id, 9);
            Assert.Equal(137u, (await shim.WaitAsync(bundle.Id)).ExitStatus);
            await shim.DeleteAsync(bundle.Id);
        }
    }
}
