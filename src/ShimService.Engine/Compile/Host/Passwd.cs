using System.Globalization;

namespace ShimService.Engine.Compile.Host;

/// <summary>Reads /etc/passwd as getpwuid(3) does. The content is the image's: nothing in it is trusted.</summary>
internal static class Passwd
{
    private const int UidField = 2, HomeField = 5, LongestHome = 4095;

    /// <summary>The home directory of the first entry of a user; null when there is none, or no usable one.</summary>
    internal static string? FindHome(ReadOnlySpan<char> content, uint uid)
    {
        foreach (var line in content.EnumerateLines())
        {
            if (line.StartsWith('#') || !TryField(line, UidField, out var number)
                || !uint.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out var found)
                || found != uid)
            {
                continue;
            }

            return TryField(line, HomeField, out var home) && home.StartsWith('/') && home.Length <= LongestHome
                && !home.Contains('\0')
                ? home.ToString()
                : null;
        }

        return null;
    }

    private static bool TryField(ReadOnlySpan<char> line, int index, out ReadOnlySpan<char> field)
    {
        foreach (var range in line.Split(':'))
        {
            if (index-- == 0)
            {
                field = line[range];
                return true;
            }
        }

        field = default;
        return false;
    }
}
