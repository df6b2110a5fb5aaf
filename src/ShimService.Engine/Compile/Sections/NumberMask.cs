using System.Globalization;

namespace ShimService.Engine.Compile.Sections;

/// <summary>
/// Lists of CPUs or memory nodes ("0-2,7") as the kernel's bit masks: bit n for number n, whole words.
/// </summary>
internal static class NumberMask
{
    /// <param name="list">Validated, not empty.</param>
    internal static byte[] Parse(string list)
    {
        var mask = new byte[8];
        foreach (var part in list.AsSpan().Split(','))
        {
            var range = list.AsSpan()[part].Trim();
            var dash = range.IndexOf('-');
            var low = Number(dash < 0 ? range : range[..dash]);
            var high = dash < 0 ? low : Number(range[(dash + 1)..]);
            if (high >= mask.Length * 8)
            {
                Array.Resize(ref mask, (high / 64 * 8) + 8);
            }

            for (var number = low; number <= high; number++)
            {
                mask[number / 8] |= (byte)(1 << (number % 8));
            }
        }

        return mask;
    }

    private static int Number(ReadOnlySpan<char> digits) => int.Parse(digits, CultureInfo.InvariantCulture);
}
