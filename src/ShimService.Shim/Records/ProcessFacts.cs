using System.Globalization;
using ShimService.Linux;
using ShimService.Linux.Errors;

namespace ShimService.Shim.Records;

/// <summary>What /proc says about a process. Source: man 5 proc_pid_stat, man 7 cgroups.</summary>
internal static class ProcessFacts
{
    private const int StartTimeField = 22;

    /// <summary>In clock ticks since boot; null when there is no such process.</summary>
    public static ulong? StartTime(int pid)
    {
        try
        {
            return ParseStartTime(Files.ReadText(Path(pid, "stat")));
        }
        catch (KernelException)
        {
            return null;
        }
    }

    public static ulong? ParseStartTime(string stat)
    {
        // The second field is the command, which may hold blanks and parentheses: count from its end.
        var end = stat.LastIndexOf(')');
        if (end < 0)
        {
            return null;
        }

        var fields = stat[(end + 1)..].Split(' ', StringSplitOptions.RemoveEmptyEntries);
        return fields.Length > StartTimeField - 3
            && ulong.TryParse(fields[StartTimeField - 3], CultureInfo.InvariantCulture, out var start)
            ? start
            : null;
    }

    /// <summary>Cgroup paths the process is in and we are not: those are its container's own.</summary>
    public static IReadOnlyList<string> CgroupsBesideOurs(int pid)
    {
        try
        {
            return Difference(Files.ReadText(Path(pid, "cgroup")), Files.ReadText("/proc/self/cgroup"));
        }
        catch (KernelException)
        {
            return [];
        }
    }

    public static IReadOnlyList<string> Difference(string theirs, string ours)
    {
        var own = new HashSet<string>(ours.Split('\n'));
        var found = new List<string>();
        foreach (var line in theirs.Split('\n'))
        {
            // "4:memory:/path" and, of the unified hierarchy, "0::/path".
            var path = line.IndexOf(":/", StringComparison.Ordinal);
            if (path > 0 && !own.Contains(line) && !found.Contains(line[(path + 1)..]))
            {
                found.Add(line[(path + 1)..]);
            }
        }

        return found;
    }

    private static string Path(int pid, string file) =>
        $"/proc/{pid.ToString(CultureInfo.InvariantCulture)}/{file}";
}
