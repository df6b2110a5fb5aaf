using System.Globalization;

namespace ShimService.Linux;

/// <summary>A line of /proc/PID/mountinfo. Source: man 5 proc_pid_mountinfo.</summary>
/// <param name="Root">What of the file system is mounted; "/" = all of it.</param>
/// <param name="Target">Where, as the reading process sees it.</param>
/// <param name="Filesystem">Its type.</param>
public readonly record struct MountInfo(string Root, string Target, string Filesystem)
{
    private const int RootField = 3;
    private const int TargetField = 4;
    private const int FirstOptionalField = 6;

    /// <summary>In the order they were mounted; what is no such line is left out.</summary>
    public static IReadOnlyList<MountInfo> Parse(string text)
    {
        var found = new List<MountInfo>();
        foreach (var line in text.Split('\n'))
        {
            var fields = line.Split(' ');
            var end = fields.Length > FirstOptionalField ? Array.IndexOf(fields, "-", FirstOptionalField) : -1;
            if (end >= 0 && end + 1 < fields.Length)
            {
                found.Add(new MountInfo(Unescape(fields[RootField]), Unescape(fields[TargetField]), fields[end + 1]));
            }
        }

        return found;
    }

    /// <summary>Mounted there or below.</summary>
    /// <param name="directory">Without a slash at its end.</param>
    public bool IsWithin(string directory) =>
        Target == directory || Target.StartsWith(directory + "/", StringComparison.Ordinal);

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
