using System.Buffers.Text;
using ShimService.Tasks.Stats;

namespace ShimService.Engine.Statistics;

/// <summary>
/// Reads a *.pressure file: "some avg10=0.00 avg60=0.00 avg300=0.00 total=0", and the same for "full".
/// Source: kernel Documentation/accounting/psi.rst.
/// </summary>
internal static class PressureText
{
    /// <summary>Null for an empty text: the kernel measures no pressure.</summary>
    public static ResourcePressure? Parse(ReadOnlySpan<byte> text)
    {
        PressureAverages? some = null;
        PressureAverages? full = null;
        while (KeyedText.TakeLine(ref text, out ReadOnlySpan<byte> line))
        {
            if (line.StartsWith("some "u8))
            {
                some = ParseLine(line);
            }
            else if (line.StartsWith("full "u8))
            {
                full = ParseLine(line);
            }
        }

        return some is null ? null : new ResourcePressure(some, full);
    }

    private static PressureAverages ParseLine(ReadOnlySpan<byte> line) => new(
        Average(line, " avg10="u8), Average(line, " avg60="u8), Average(line, " avg300="u8),
        KeyedText.Number(After(line, " total="u8)));

    private static double Average(ReadOnlySpan<byte> line, ReadOnlySpan<byte> key) =>
        Utf8Parser.TryParse(After(line, key), out double value, out _) ? value : 0;

    private static ReadOnlySpan<byte> After(ReadOnlySpan<byte> line, ReadOnlySpan<byte> key)
    {
        int at = line.IndexOf(key);
        return at < 0 ? [] : line[(at + key.Length)..];
    }
}
