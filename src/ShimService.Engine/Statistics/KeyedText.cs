using System.Buffers.Text;

namespace ShimService.Engine.Statistics;

/// <summary>Reads the flat text files of the kernel in place: lines of words, "key number" or "key=number".</summary>
internal static class KeyedText
{
    /// <summary>The number after "key " at the start of a line; 0 where there is none.</summary>
    public static ulong Find(ReadOnlySpan<byte> text, ReadOnlySpan<byte> key)
    {
        while (TakeLine(ref text, out ReadOnlySpan<byte> line))
        {
            if (line.Length > key.Length && line[key.Length] == ' ' && line.StartsWith(key))
            {
                return Number(line[(key.Length + 1)..]);
            }
        }

        return 0;
    }

    /// <summary>The number at the start; 0 where there is none.</summary>
    public static ulong Number(ReadOnlySpan<byte> text) =>
        Utf8Parser.TryParse(text, out ulong number, out _) ? number : 0;

    /// <summary>Takes the next line off; false at the end.</summary>
    public static bool TakeLine(ref ReadOnlySpan<byte> text, out ReadOnlySpan<byte> line) =>
        Take(ref text, (byte)'\n', out line);

    /// <summary>Takes the next word of a line off; false at the end.</summary>
    public static bool TakeWord(ref ReadOnlySpan<byte> line, out ReadOnlySpan<byte> word) =>
        Take(ref line, (byte)' ', out word);

    /// <summary>"8:16" as numbers.</summary>
    public static bool TryDevice(ReadOnlySpan<byte> text, out ulong major, out ulong minor)
    {
        minor = 0;
        return Utf8Parser.TryParse(text, out major, out int length) && length < text.Length && text[length] == ':'
            && Utf8Parser.TryParse(text[(length + 1)..], out minor, out _);
    }

    private static bool Take(ref ReadOnlySpan<byte> text, byte separator, out ReadOnlySpan<byte> taken)
    {
        if (text.IsEmpty)
        {
            taken = [];
            return false;
        }

        int end = text.IndexOf(separator);
        taken = end < 0 ? text : text[..end];
        text = end < 0 ? [] : text[(end + 1)..];
        return true;
    }
}
