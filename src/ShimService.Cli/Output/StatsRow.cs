using ShimService.Contracts.V1;

namespace ShimService.Cli.Output;

/// <summary>One container's measurements as a table row. Pure.</summary>
internal static class StatsRow
{
    public static readonly string[] Columns =
        ["ID", "CPU", "MEMORY", "LIMIT", "PEAK", "PIDS", "READ", "WRITTEN", "RECEIVED", "SENT", "OOM KILLS"];

    /// <param name="id">Container.</param>
    /// <param name="now">The newest measurement.</param>
    /// <param name="before">The one before it; null = CPU is shown as time used so far instead of a share.</param>
    public static string[] Of(string id, TaskStats now, TaskStats? before) =>
    [
        id,
        Cpu(now, before),
        Words.Bytes(now.Memory?.WorkingSetBytes ?? 0),
        now.Memory is { HasLimitBytes: true } memory ? Words.Bytes(memory.LimitBytes) : "none",
        Words.Bytes(now.Memory?.PeakBytes ?? 0),
        now.Pids is { HasLimit: true } pids
            ? $"{pids.Current} / {pids.Limit}"
            : Words.Number(now.Pids?.Current ?? 0),
        Words.Bytes(now.Io?.ReadBytes ?? 0),
        Words.Bytes(now.Io?.WriteBytes ?? 0),
        Network(now, static link => link.ReceivedBytes),
        Network(now, static link => link.SentBytes),
        Words.Number(now.Memory?.OomKills ?? 0),
    ];

    // Empty for a container without networks of ours.
    private static string Network(TaskStats now, Func<NetworkStats, ulong> read) =>
        now.Networks.Count == 0 ? "" : Words.Bytes(now.Networks.Aggregate(0ul, (sum, link) => sum + read(link)));

    private static string Cpu(TaskStats now, TaskStats? before)
    {
        ulong used = now.Cpu?.UsageNanoseconds ?? 0;
        if (before?.Timestamp is null || now.Timestamp is null)
        {
            return string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{used / 1e9:0.00} s");
        }

        double elapsed = (now.Timestamp.ToDateTimeOffset() - before.Timestamp.ToDateTimeOffset()).TotalNanoseconds;
        ulong earlier = before.Cpu?.UsageNanoseconds ?? 0;
        return elapsed > 0 && used >= earlier ? Words.Percent((used - earlier) / elapsed * 100) : "";
    }
}
