using System.Text;
using ShimService.Oci.Build;

namespace ShimService.Daemon.Host;

/// <summary>Reads /proc/self/mountinfo. Source: man 5 proc_pid_mountinfo.</summary>
internal static class HostMounts
{
    private static readonly string[] Locked =
        ["ro", "nosuid", "nodev", "noexec", "noatime", "nodiratime", "relatime"];

    /// <summary>The mount a path lies on, its links followed; null when there is no such path.</summary>
    public static HostMount? Find(string path, string mountInfo)
    {
        if (Real(path) is not { } real)
        {
            return null;
        }

        HostMount? best = null;
        var longest = -1;
        foreach (var line in mountInfo.Split('\n'))
        {
            // id parent major:minor root POINT OPTIONS [tags…] - type source options
            var fields = line.Split(' ');
            if (fields.Length < 10)
            {
                continue;
            }

            var point = Unescape(fields[4]);
            if (point.Length >= longest && IsBelow(real, point))
            {
                longest = point.Length;
                var tags = fields[6..Math.Max(6, Array.IndexOf(fields, "-"))];
                best = new HostMount(
                    tags.Any(static tag => tag.StartsWith("shared:", StringComparison.Ordinal)),
                    tags.Any(static tag => tag.StartsWith("master:", StringComparison.Ordinal)),
                    [.. fields[5].Split(',').Where(Locked.Contains)]);
            }
        }

        return best;
    }

    /// <summary>Mount points below a directory, the deepest first.</summary>
    public static IReadOnlyList<string> Below(string directory, string mountInfo) =>
    [
        .. mountInfo.Split('\n').Select(static line => line.Split(' ')).Where(static fields => fields.Length >= 10)
            .Select(static fields => Unescape(fields[4]))
            .Where(point => IsBelow(point, directory) && point != directory)
            .OrderByDescending(static point => point.Length),
    ];

    private static bool IsBelow(string path, string point) => path == point || point == "/"
        || (path.StartsWith(point, StringComparison.Ordinal) && path[point.Length] == '/');

    private static string? Real(string path)
    {
        try
        {
            var real = "/";
            foreach (var part in path.Split('/', StringSplitOptions.RemoveEmptyEntries))
            {
                var next = Path.Combine(real, part);
                real = new FileInfo(next).ResolveLinkTarget(returnFinalTarget: true)?.FullName ?? next;
            }

            return Path.Exists(real) ? Path.TrimEndingDirectorySeparator(real) : null;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    // Space, tab, newline and backslash are written as \ooo.
    private static string Unescape(string text)
    {
        if (!text.Contains('\\'))
        {
            return text;
        }

        var result = new StringBuilder();
        for (var i = 0; i < text.Length; i++)
        {
            if (text[i] == '\\' && i + 3 < text.Length)
            {
                result.Append((char)Convert.ToInt32(text.Substring(i + 1, 3), 8));
                i += 3;
            }
            else
            {
                result.Append(text[i]);
            }
        }

        return result.ToString();
    }
}
