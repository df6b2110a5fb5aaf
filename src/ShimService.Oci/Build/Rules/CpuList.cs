using System.Globalization;

namespace ShimService.Oci.Build.Rules;

/// <summary>The numbers of a well-formed list such as "0-2,7".</summary>
internal static class CpuList
{
    /// <summary>No machine has more; a range cannot make us count for long.</summary>
    private const int Most = 8192;

    internal static SortedSet<int> Parse(string list)
    {
        var numbers = new SortedSet<int>();
        foreach (var part in list.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            var dash = part.IndexOf('-', StringComparison.Ordinal);
            var low = int.Parse(dash < 0 ? part : part[..dash], CultureInfo.InvariantCulture);
            var high = dash < 0 ? low : int.Parse(part[(dash + 1)..], CultureInfo.InvariantCulture);
            for (var number = low; number <= Math.Min(high, Most); number++)
            {
                numbers.Add(number);
            }

            numbers.Add(high);
        }

        return numbers;
    }
}
