using System.Globalization;
using ShimService.Linux;
using ShimService.Linux.Errors;

namespace ShimService.Engine.Hooks;

/// <summary>A process's number in its own pid namespace. Source: man 5 proc_pid_status, NSpid.</summary>
internal static class InnerPid
{
    /// <summary>The number here, where the process is gone.</summary>
    public static int Of(int pid)
    {
        try
        {
            return Parse(Files.ReadText($"/proc/{pid}/status")) ?? pid;
        }
        catch (KernelException)
        {
            return pid;
        }
    }

    /// <summary>The last, innermost number of the line NSpid; null without one.</summary>
    internal static int? Parse(string status)
    {
        foreach (var line in status.AsSpan().EnumerateLines())
        {
            if (line.StartsWith("NSpid:"))
            {
                var last = line[(line.LastIndexOfAny('\t', ' ', ':') + 1)..];
                return int.TryParse(last, NumberStyles.None, CultureInfo.InvariantCulture, out var pid) ? pid : null;
            }
        }

        return null;
    }
}
