using System.Globalization;

namespace ShimService.Shim.Handlers.Mapping;

/// <summary>The host's block devices by number. Source: man 5 proc, /proc/partitions.</summary>
internal static class BlockDevices
{
    private const int Columns = 4;

    public static Dictionary<(ulong Major, ulong Minor), string> Read()
    {
        try
        {
            return Parse(File.ReadAllText("/proc/partitions"));
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            return [];
        }
    }

    public static Dictionary<(ulong Major, ulong Minor), string> Parse(string text)
    {
        var found = new Dictionary<(ulong, ulong), string>();
        foreach (var line in text.Split('\n'))
        {
            var words = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
            if (words.Length == Columns
                && ulong.TryParse(words[0], CultureInfo.InvariantCulture, out var major)
                && ulong.TryParse(words[1], CultureInfo.InvariantCulture, out var minor))
            {
                found[(major, minor)] = "/dev/" + words[3];
            }
        }

        return found;
    }
}
