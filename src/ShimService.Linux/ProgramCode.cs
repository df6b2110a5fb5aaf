using System.Globalization;
using ShimService.Linux.Native;

namespace ShimService.Linux;

/// <summary>The code of this process as mapped from files.</summary>
public static class ProgramCode
{
    private const string CodePermissions = "r-xp";

    /// <summary>
    /// Unmaps the pages of code: they are never written, so the next use brings them back from the page cache.
    /// Source: man 2 madvise, MADV_DONTNEED on a private mapping of a file.
    /// </summary>
    public static void GiveBack()
    {
        foreach (var line in Files.ReadText("/proc/self/maps").AsSpan().EnumerateLines())
        {
            if (IsCodeOfAFile(line, out var start, out var length))
            {
                // Advice: what the kernel does not take, it leaves.
                _ = NativeMappings.Advise(start, (nuint)length, NativeMappings.AdviseDontNeed);
            }
        }
    }

    /// <summary>"7f00-7f10 r-xp 00000000 08:01 123 /usr/lib/libc.so.6"; the stub's memfd is not touched.</summary>
    internal static bool IsCodeOfAFile(ReadOnlySpan<char> line, out nint start, out nint length)
    {
        start = 0;
        length = 0;
        var dash = line.IndexOf('-');
        var blank = line.IndexOf(' ');
        var path = line.IndexOf('/');
        if (dash < 0 || blank < dash || path < 0 || line[path..].StartsWith("/memfd:", StringComparison.Ordinal)
            || !line[(blank + 1)..].StartsWith(CodePermissions, StringComparison.Ordinal)
            || !nint.TryParse(line[..dash], NumberStyles.HexNumber, CultureInfo.InvariantCulture, out start)
            || !nint.TryParse(
                line[(dash + 1)..blank], NumberStyles.HexNumber, CultureInfo.InvariantCulture, out var end))
        {
            return false;
        }

        length = end - start;
        return length > 0;
    }
}
