using System.Text;
using ShimService.Engine.Compile.Mounts;
using ShimService.Linux;

namespace ShimService.Engine.Compile.Host;

/// <summary>The shim's mounts, by /proc/self/mountinfo. Source: man 5 proc_pid_mountinfo.</summary>
internal static class MountPoints
{
    private const int PointField = 4;

    /// <summary>Where the mount is that a path without links leads to. Errors: KernelException.</summary>
    internal static string Holding(string path) => Holding(path, Files.ReadText("/proc/self/mountinfo"));

    /// <summary>As above; the table is <paramref name="mounts"/>.</summary>
    internal static string Holding(string path, string mounts)
    {
        var deepest = "/";
        foreach (var line in mounts.AsSpan().EnumerateLines())
        {
            var point = Unescape(Field(line));
            if (point.Length > deepest.Length && ContainerPath.IsWithin(path, point))
            {
                deepest = point;
            }
        }

        return deepest;
    }

    private static ReadOnlySpan<char> Field(ReadOnlySpan<char> line)
    {
        var index = 0;
        foreach (var range in line.Split(' '))
        {
            if (index++ == PointField)
            {
                return line[range];
            }
        }

        return [];
    }

    // Space, tab, newline and backslash are written as three octal digits.
    private static string Unescape(ReadOnlySpan<char> text)
    {
        if (!text.Contains('\\'))
        {
            return text.ToString();
        }

        var plain = new StringBuilder(text.Length);
        for (var i = 0; i < text.Length; i++)
        {
            if (text[i] == '\\' && i + 3 < text.Length)
            {
                plain.Append((char)(((text[i + 1] - '0') << 6) | ((text[i + 2] - '0') << 3) | (text[i + 3] - '0')));
                i += 3;
            }
            else
            {
                plain.Append(text[i]);
            }
        }

        return plain.ToString();
    }
}
