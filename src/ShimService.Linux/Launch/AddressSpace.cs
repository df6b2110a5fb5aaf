using System.Globalization;
using System.Runtime.InteropServices;

namespace ShimService.Linux.Launch;

/// <summary>Where mappings can be.</summary>
internal static class AddressSpace
{
    // TASK_SIZE with 4 levels; a process gets mappings above it only by asking for them, which nobody here does.
    private const long EndOnX64 = 0x7ffffffff000;

    /// <summary>The first address after the last possible mapping.</summary>
    public static nint End { get; } =
        RuntimeInformation.ProcessArchitecture == Architecture.X64 ? unchecked((nint)EndOnX64) : ReadHighestEnd();

    /// <summary>
    /// What lies between and around <paramref name="kept"/>, which is sorted in place; empty ranges are left out.
    /// Returns how many gaps there are, at most one more than kept ranges.
    /// </summary>
    public static int Gaps(Span<MemoryRange> kept, Span<MemoryRange> gaps)
    {
        for (var i = 1; i < kept.Length; i++)
        {
            for (var j = i; j > 0 && kept[j].Start < kept[j - 1].Start; j--)
            {
                (kept[j], kept[j - 1]) = (kept[j - 1], kept[j]);
            }
        }

        var count = 0;
        nint start = 0;
        foreach (var range in kept)
        {
            if (range.Length == 0)
            {
                continue;
            }

            if (range.Start > start)
            {
                gaps[count++] = new MemoryRange(start, range.Start - start);
            }

            start = Math.Max(start, range.End);
        }

        if (start < End)
        {
            gaps[count++] = new MemoryRange(start, End - start);
        }

        return count;
    }

    // aarch64 kernels differ in the size of the address space; the stack is its highest mapping, and mappings are
    // made downwards from it.
    private static nint ReadHighestEnd()
    {
        nint highest = 0;
        foreach (var line in Files.ReadText("/proc/self/maps").AsSpan().EnumerateLines())
        {
            var dash = line.IndexOf('-');
            var blank = line.IndexOf(' ');
            if (dash > 0 && blank > dash && nint.TryParse(line[(dash + 1)..blank], NumberStyles.HexNumber,
                CultureInfo.InvariantCulture, out var end) && end > 0)
            {
                highest = Math.Max(highest, end);
            }
        }

        return highest;
    }
}
