using System.Globalization;

namespace ShimService.Benchmarks;

/// <summary>Memory of a process as /proc/PID/smaps_rollup has it, in kilobytes.</summary>
internal readonly record struct ShimMemory(long Rss, long Pss)
{
    public static ShimMemory Of(int pid)
    {
        string[] lines = File.ReadAllLines($"/proc/{pid}/smaps_rollup");
        return new(Field(lines, "Rss:"), Field(lines, "Pss:"));
    }

    private static long Field(string[] lines, string name)
    {
        string line = lines.First(text => text.StartsWith(name, StringComparison.Ordinal));
        return long.Parse(
            line[name.Length..].Replace("kB", "", StringComparison.Ordinal).Trim(), CultureInfo.InvariantCulture);
    }
}
