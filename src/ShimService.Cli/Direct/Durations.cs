using System.Buffers;
using System.Globalization;

namespace ShimService.Cli.Direct;

/// <summary>Spans of time as Go programs write them: 5s, 100ms, 1m30s. Pure.</summary>
internal static class Durations
{
    private static readonly (string Unit, double Seconds)[] Units =
        [("ns", 1e-9), ("us", 1e-6), ("ms", 1e-3), ("s", 1), ("m", 60), ("h", 3600)];

    private static readonly SearchValues<char> OfNumbers = SearchValues.Create("0123456789.");

    /// <exception cref="CliException">Not such a span, or none at all.</exception>
    public static TimeSpan Parse(string text, string option)
    {
        double seconds = 0;
        ReadOnlySpan<char> rest = text;
        while (!rest.IsEmpty)
        {
            int digits = rest.IndexOfAnyExcept(OfNumbers);
            int end = digits < 0 ? -1 : rest[digits..].IndexOfAny(OfNumbers);
            ReadOnlySpan<char> unit = digits < 0 ? "" : end < 0 ? rest[digits..] : rest.Slice(digits, end);
            if (digits <= 0
                || SecondsOf(unit) is not { } factor
                || !double.TryParse(rest[..digits], NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out double n))
            {
                throw Wrong(text, option);
            }

            seconds += n * factor;
            rest = rest[(digits + unit.Length)..];
        }

        return seconds is >= 0.001 and < 1e9 ? TimeSpan.FromSeconds(seconds) : throw Wrong(text, option);
    }

    private static double? SecondsOf(ReadOnlySpan<char> unit)
    {
        foreach ((string name, double seconds) in Units)
        {
            if (unit.SequenceEqual(name))
            {
                return seconds;
            }
        }

        return null;
    }

    private static CliException Wrong(string text, string option) =>
        new($"{option} {text}: not a span of time of at least 1ms; write 5s, 100ms or 1m30s", ExitStatus.RuncStyle);
}
