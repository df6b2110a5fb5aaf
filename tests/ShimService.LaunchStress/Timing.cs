using System.Diagnostics;
using ShimService.Linux;
using ShimService.Linux.Abi;
using ShimService.Linux.Launch;

namespace ShimService.LaunchStress;

/// <summary>
/// How long a launch of /bin/true takes until it has been collected, parked and let go as a container's is.
/// </summary>
internal static class Timing
{
    public static async Task<int> RunAsync(int count)
    {
        using var launcher = new Launcher();
        foreach (var (name, namespaces) in new[]
        {
            ("no namespaces", NamespaceFlags.None),
            ("pid, mount, uts, ipc", NamespaceFlags.Pid | NamespaceFlags.Mount | NamespaceFlags.Uts | NamespaceFlags.Ipc),
        })
        {
            var times = new double[count];
            for (var i = 0; i < count; i++)
            {
                var start = Stopwatch.GetTimestamp();
                await LaunchAsync(launcher, namespaces);
                times[i] = Stopwatch.GetElapsedTime(start).TotalMicroseconds;
            }

            Array.Sort(times);
            Console.WriteLine($"{name}: median {times[count / 2]:0} us, p95 {times[count * 95 / 100]:0} us");
        }

        return 0;
    }

    private static async Task LaunchAsync(Launcher launcher, NamespaceFlags namespaces)
    {
        var builder = new PlanBuilder();
        builder.Gate("start");
        builder.Execute("execve /bin/true", "timing", ["/bin/true"], ["true"], []);
        var process = await launcher.LaunchAsync(builder.Build(), new LaunchOptions { Namespaces = namespaces });
        await process.ReachAsync(0);
        var executed = process.ExecuteAsync();
        process.Proceed();
        await executed;
        Children.WaitAndCollect(process.PidFd);
        process.PidFd.Dispose();
    }
}
