using ShimService.Rpc;

namespace ShimService.Benchmarks.Containerd;

/// <summary>Our runtime and containerd's own shim under the same containerd, alternated.</summary>
internal static class ContainerdBenchmark
{
    private const int WarmUp = 5;
    private const int OutputRounds = 5;
    private const int LimitMegabytes = 2048;

    public static async Task RunAsync(string socket, string work, string rootfs, int rounds, CancellationToken cancel)
    {
        await using GrpcChannel channel = GrpcChannel.ForUnixSocket(socket);
        string bundle = BenchmarkBundle.Write(
            Path.Combine(work, "containerd-bundle"), rootfs,
            File.ReadAllLines(Path.Combine(AppContext.BaseDirectory, "seccomp-names.txt")), "/bin/true");
        ContainerdRow[] rows =
        [
            new(new ContainerdClient(channel, "io.containerd.shimservice.v2", rootfs), "ours", bundle, work),
            new(new ContainerdClient(channel, "io.containerd.runc.v2", rootfs), "runc shim", bundle, work),
        ];

        for (int round = -WarmUp; round < rounds; round++)
        {
            foreach (int row in Turn(round))
            {
                await rows[row].CycleAsync($"cycle-{row}-{round + WarmUp}", round >= 0, cancel);
            }
        }

        for (int row = 0; row < rows.Length; row++)
        {
            await rows[row].StartIdleAsync($"holder-{row}", cancel);
        }

        for (int round = -WarmUp; round < rounds; round++)
        {
            foreach (int row in Turn(round))
            {
                await rows[row].ExecAsync($"holder-{row}", $"exec-{round + WarmUp}", round >= 0, cancel);
            }
        }

        for (int row = 0; row < rows.Length; row++)
        {
            await rows[row].EndIdleAsync($"holder-{row}", cancel);
        }

        var limit = new Measurements();
        for (int round = 0; round < OutputRounds; round++)
        {
            foreach (int row in Turn(round))
            {
                await rows[row].OutputAsync($"output-{row}-{round}", cancel);
            }

            limit.Add((long)await OutputReader.LimitAsync(work, LimitMegabytes));
        }

        for (int row = 0; row < rows.Length; row++)
        {
            await rows[row].MeasureMemoryAsync($"idle-{row}", cancel);
        }

        Write(rows[0], rows[1], limit);
    }

    private static int[] Turn(int round) => (round & 1) == 0 ? [0, 1] : [1, 0];

    private static void Write(ContainerdRow ours, ContainerdRow theirs, Measurements limit)
    {
        Console.WriteLine("| under one containerd | ours | its runc shim | ratio |");
        Console.WriteLine("|---|---|---|---|");
        double cycle = theirs.Cycle.Median / ours.Cycle.Median;
        double exec = theirs.Exec.Median / ours.Exec.Median;
        double output = ours.Output.Median / theirs.Output.Median;
        double rss = (double)ours.Memory.Rss / theirs.Memory.Rss;
        double pss = (double)ours.Memory.Pss / theirs.Memory.Pss;
        Console.WriteLine($"| create, start, kill, wait, delete, ms (p10–p90) | {Times(ours.Cycle)} | {Times(theirs.Cycle)} | {cycle:0.00} |");
        Console.WriteLine($"| exec of /bin/true to its deletion, ms (p10–p90) | {Times(ours.Exec)} | {Times(theirs.Exec)} | {exec:0.00} |");
        Console.WriteLine($"| stdout into a fifo, MB/s (no shim: {limit.Median:0}) | {ours.Output.Median:0} | {theirs.Output.Median:0} | {output:0.00} |");
        Console.WriteLine($"| RSS of an idle pod's shim, kB | {ours.Memory.Rss} | {theirs.Memory.Rss} | {rss:0.00} |");
        Console.WriteLine($"| PSS of an idle pod's shim, kB | {ours.Memory.Pss} | {theirs.Memory.Pss} | {pss:0.00} |");
        Console.WriteLine();
        Console.WriteLine(
            $"containerd cycle_ratio={cycle:0.00} exec_ratio={exec:0.00} stdout_ratio={output:0.00} rss_ratio={rss:0.00} "
            + $"pss_ratio={pss:0.00} rss_kb={ours.Memory.Rss} pss_kb={ours.Memory.Pss}");
        Console.WriteLine();
    }

    private static string Times(Measurements times) =>
        $"{times.Median / 1e6:0.0} ({times.Quantile(0.1) / 1e6:0.0}–{times.Quantile(0.9) / 1e6:0.0})";
}
