using System.Globalization;
using ShimService.Linux.Errors;

namespace ShimService.Linux.Cgroups;

/// <summary>Which cgroup a process is in. Source: man 7 cgroups, /proc/PID/cgroup.</summary>
public static class ProcessCgroup
{
    /// <summary>
    /// The path in the hierarchy that limits memory, else processes, else v2. Null for the root cgroup and for a
    /// process that has gone.
    /// </summary>
    public static CgroupPath? Read(int pid)
    {
        try
        {
            return Parse(Files.ReadText(string.Create(CultureInfo.InvariantCulture, $"/proc/{pid}/cgroup")));
        }
        catch (KernelException)
        {
            return null;
        }
    }

    internal static CgroupPath? Parse(string text)
    {
        string? found = null;
        var foundRank = int.MaxValue;
        foreach (var line in text.Split('\n'))
        {
            // 4:memory:/a/b, or 0::/a/b of v2; the path may hold colons.
            var parts = line.Split(':', 3);
            if (parts.Length == 3 && Rank(parts[1]) is var rank && rank < foundRank)
            {
                found = parts[2];
                foundRank = rank;
            }
        }

        return found is not null && CgroupPath.TryParse(found, out var path, out _) ? path : null;
    }

    private static int Rank(string controllers) => controllers switch
    {
        "" => 2,
        _ when Lists(controllers, "memory") => 0,
        _ when Lists(controllers, "pids") => 1,
        _ when controllers.StartsWith("name=", StringComparison.Ordinal) => 4,
        _ => 3,
    };

    private static bool Lists(string controllers, string one) => Array.IndexOf(controllers.Split(','), one) >= 0;
}
