namespace ShimService.Oci.Validation;

/// <summary>Rules for lists of CPUs or memory nodes, such as "0-2,7".</summary>
internal static class CpuListRules
{
    /// <summary>
    /// More than any kernel is built for; a list becomes a mask with a bit for each number up to here.
    /// </summary>
    private const int Most = 65535;

    internal static void Check(string list, string field)
    {
        if (list.Length == 0)
        {
            return;
        }

        foreach (var part in list.AsSpan().Split(','))
        {
            if (!RangeIsFine(list.AsSpan()[part]))
            {
                throw new SpecException(field, $"\"{list}\" is not a list such as 0-2,7");
            }
        }
    }

    private static bool RangeIsFine(ReadOnlySpan<char> range)
    {
        range = range.Trim();
        var dash = range.IndexOf('-');
        if (dash < 0)
        {
            return Number(range) >= 0;
        }

        var low = Number(range[..dash]);
        var high = Number(range[(dash + 1)..]);
        return low >= 0 && high >= low;
    }

    private static int Number(ReadOnlySpan<char> digits)
    {
        if (digits.Length is 0 or > 6)
        {
            return -1;
        }

        var number = 0;
        foreach (var digit in digits)
        {
            if (!char.IsAsciiDigit(digit))
            {
                return -1;
            }

            number = (number * 10) + (digit - '0');
        }

        return number <= Most ? number : -1;
    }
}
