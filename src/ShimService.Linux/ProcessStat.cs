using System.Globalization;
using ShimService.Linux.Errors;

namespace ShimService.Linux;

/// <summary>What /proc/PID/stat says. Source: man 5 proc_pid_stat.</summary>
public static class ProcessStat
{
    private const int StartTimeField = 22;

    /// <summary>In clock ticks since boot; null when there is no such process.</summary>
    public static ulong? StartTime(int pid)
    {
        try
        {
            return ParseStartTime(Files.ReadText(string.Create(CultureInfo.InvariantCulture, $"/proc/{pid}/stat")));
        }
        catch (KernelException)
        {
            return null;
        }
    }

    internal static ulong? ParseStartTime(ReadOnlySpan<char> stat)
    {
        // The second field is the command, which may hold blanks and parentheses: count from its end.
        var end = stat.LastIndexOf(')');
        var field = 2;
        foreach (var range in stat[(end + 1)..].Split(' '))
        {
            var value = stat[(end + 1)..][range];
            if (end >= 0 && value.Length > 0 && ++field == StartTimeField)
            {
                return ulong.TryParse(value, CultureInfo.InvariantCulture, out var start) ? start : null;
            }
        }

        return null;
    }
}
