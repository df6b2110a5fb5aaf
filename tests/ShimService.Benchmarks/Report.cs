namespace ShimService.Benchmarks;

/// <summary>The table, in Markdown, and the line of ratios for programs.</summary>
internal static class Report
{
    /// <summary>The part of the shim's row that is four calls which do nothing.</summary>
    public const string Transport = "four calls that do nothing";

    private const int Limit = 0, Shim = 1, Daemon = 2, Crun = 3, Runc = 4;
    private const int Exec = 0, CrunExec = 1, RuncExec = 2;

    public static void Write(
        string loadBefore,
        IRow[] rows,
        Measurements[] results,
        Dictionary<string, Measurements> parts,
        IRow[] execs,
        Measurements[] execResults,
        ShimMemory one,
        ShimMemory many)
    {
        Line($"Load of the host, {Environment.ProcessorCount} cores: {loadBefore} before, {Load()} after.");
        Line("");
        Line("| row | median ms | p10 | p90 | × C limit | its time holds |");
        Line("|---|---|---|---|---|---|");
        for (int i = 0; i < rows.Length; i++)
        {
            Row(rows[i], results[i], $"{results[i].Median / results[Limit].Median:0.00}");
        }

        for (int i = 0; i < execs.Length; i++)
        {
            Row(execs[i], execResults[i], "");
        }

        Line("");
        Line("Of ours in the shim: " + string.Join(", ", ((LineRow)rows[Shim]).Parts.Select(call =>
            $"{call.Key} {call.Value.Median / 1e6:0.00} ms (p10 {call.Value.Quantile(0.1) / 1e6:0.00})")) + ".");
        Line("");
        Line("Parts of its launch: " + string.Join(", ", parts.Select(part =>
            $"{part.Key} {part.Value.Median / 1e6:0.00} ms (p10 {part.Value.Quantile(0.1) / 1e6:0.00})")) + ".");
        double more = (double)(many.Rss - one.Rss) / BenchmarkOptions.IdleContainers;
        Line("");
        Line($"Shim with one idle container: RSS {one.Rss} kB, PSS {one.Pss} kB; one more container: {more:0} kB.");
        Line("");
        double inside = results[Shim].Median - ((LineRow)rows[Shim]).Parts[Transport].Median;
        Line($"ratios inside_shim_to_limit={inside / results[Limit].Median:0.00} "
            + $"shim_to_limit={results[Shim].Median / results[Limit].Median:0.00} "
            + $"grpc_to_limit={results[Daemon].Median / results[Limit].Median:0.00} "
            + $"crun_to_shim={results[Crun].Median / results[Shim].Median:0.00} "
            + $"runc_to_shim={results[Runc].Median / results[Shim].Median:0.00} "
            + $"crun_exec_to_exec={execResults[CrunExec].Median / execResults[Exec].Median:0.00} "
            + $"runc_exec_to_exec={execResults[RuncExec].Median / execResults[Exec].Median:0.00} "
            + $"idle_shim_rss_kb={one.Rss} idle_shim_pss_kb={one.Pss} one_more_container_kb={more:0}");
    }

    /// <summary>
    /// Averages over 1, 5 and 15 minutes. Above half the cores the ratios say more about the host than about us.
    /// </summary>
    public static string Load() => string.Join(' ', File.ReadAllText("/proc/loadavg").Split(' ').Take(3));

    private static void Row(IRow row, Measurements times, string limits) => Line(
        $"| {row.Name} | {times.Median / 1e6:0.00} | {times.Quantile(0.1) / 1e6:0.00} | "
        + $"{times.Quantile(0.9) / 1e6:0.00} | {limits} | {row.Holds} |");

    // Invariant by the build (InvariantGlobalization).
    private static void Line(string text) => Console.WriteLine(text);
}
