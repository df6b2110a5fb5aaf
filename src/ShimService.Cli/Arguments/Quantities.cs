using System.Globalization;

namespace ShimService.Cli.Arguments;

/// <summary>Amounts as a person types them. Pure.</summary>
internal static class Quantities
{
    /// <summary>
    /// "64m", "1.5g", "65536": bytes, in powers of 1024. "-1" where <paramref name="unlimited"/> is allowed.
    /// </summary>
    public static long Bytes(string text, string option, bool unlimited = false)
    {
        if (unlimited && text == "-1")
        {
            return -1;
        }

        string number = text.TrimEnd('b', 'B', 'i');
        long factor = 1;
        if (number.Length > 0)
        {
            factor = char.ToLowerInvariant(number[^1]) switch
            {
                'k' => 1L << 10,
                'm' => 1L << 20,
                'g' => 1L << 30,
                't' => 1L << 40,
                _ => 1,
            };
            number = factor == 1 ? number : number[..^1];
        }

        return double.TryParse(number, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out double value)
            && value * factor <= long.MaxValue
            ? (long)(value * factor)
            : throw new CliException($"{option} {text}: not an amount of memory; write 64m, 1.5g or a number of bytes");
    }
}
