using System.Globalization;
using ShimService.Linux;
using ShimService.Linux.Abi;

namespace ShimService.Shim.Delete;

/// <summary>Everything that is mounted at and below a directory. Source: man 5 proc_pid_mountinfo.</summary>
internal static class MountTree
{
    private const int MountPointField = 4;

    /// <summary>The deepest and newest first, so that each can go.</summary>
    public static void Detach(string directory)
    {
        var targets = Find(Files.ReadText("/proc/self/mountinfo"), directory);
        for (var index = targets.Count - 1; index >= 0; index--)
        {
            Mounts.Unmount(targets[index], UnmountFlags.Detach | UnmountFlags.NoFollow);
        }
    }

    /// <summary>In the order they were mounted.</summary>
    public static IReadOnlyList<string> Find(string mountInfo, string directory)
    {
        var found = new List<string>();
        foreach (var line in mountInfo.Split('\n'))
        {
            var fields = line.Split(' ');
            if (fields.Length > MountPointField)
            {
                var target = Unescape(fields[MountPointField]);
                if (target == directory || target.StartsWith(directory + "/", StringComparison.Ordinal))
                {
                    found.Add(target);
                }
            }
        }

        return found;
    }

    /// <summary>Blanks and their like are written as a backslash and three octal digits.</summary>
    private static string Unescape(string text)
    {
        for (var at = text.IndexOf('\\', StringComparison.Ordinal); at >= 0 && at + 3 < text.Length;
            at = text.IndexOf('\\', at + 1))
        {
            var code = 0;
            foreach (var digit in text.AsSpan(at + 1, 3))
            {
                code = (code * 8) + (digit - '0');
            }

            text = string.Create(CultureInfo.InvariantCulture, $"{text[..at]}{(char)code}{text[(at + 4)..]}");
        }

        return text;
    }
}
