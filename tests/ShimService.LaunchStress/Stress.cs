using ShimService.Linux;
using ShimService.Linux.Launch;

namespace ShimService.LaunchStress;

/// <summary>
/// Launches while two threads allocate and collect as fast as they can: what makes a fork that runs managed code, or
/// anything of libc, hang sooner or later. Every child exits with a status of its own; every other one is made by a
/// helper, as an exec's process is.
/// </summary>
internal static class Stress
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    public static async Task<int> RunAsync(int count)
    {
        using var stop = new CancellationTokenSource();
        Thread[] busy = [Busy(stop.Token), Busy(stop.Token)];
        using var launcher = new Launcher();
        var wrong = 0;
        for (var i = 0; i < count; i++)
        {
            var status = i % 111;
            var helper = 0;
            var runs = i % 2 == 0 ? PlanRuns.InOneProcess : PlanRuns.InTwoProcesses;
            var process = await launcher.LaunchAsync(Plan(status, runs),
                new LaunchOptions { HelperCloned = pid => helper = pid });
            await process.ExecuteAsync().WaitAsync(Limit);
            var exit = Children.WaitAndCollect(process.PidFd);
            process.PidFd.Dispose();
            var left = helper == 0 ? 0 : Children.Collect(helper)?.Status;
            if (exit?.Status != status || left != 0)
            {
                wrong++;
                Console.Error.WriteLine($"launch {i}: status {exit?.Status}, not {status}; helper {left}");
            }
        }

        await stop.CancelAsync();
        foreach (var thread in busy)
        {
            thread.Join();
        }

        Console.WriteLine($"{count} launches, {wrong} wrong, {GC.CollectionCount(0)} collections");
        return wrong == 0 ? 0 : 1;
    }

    private static LaunchPlan Plan(int status, PlanRuns runs)
    {
        var builder = new PlanBuilder();
        if (runs == PlanRuns.InTwoProcesses)
        {
            builder.HandOver("clone the process", "stress");
        }

        builder.Execute("execve /bin/sh", "stress", ["/bin/sh"], ["sh", "-c", $"exit {status}"], []);
        return builder.Build();
    }

    private static Thread Busy(CancellationToken stop)
    {
        var thread = new Thread(() =>
        {
            var keep = new object[1000];
            for (var i = 0; !stop.IsCancellationRequested; i++)
            {
                keep[i % keep.Length] = new byte[i * 7919 & 8191];
                if (i % 20_000 == 0)
                {
                    GC.Collect(i % 3);
                }
            }
        });
        thread.Start();
        return thread;
    }
}
