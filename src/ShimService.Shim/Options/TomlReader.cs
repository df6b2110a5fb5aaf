using System.Globalization;
using System.Text;
using ShimService.Tasks.Errors;

namespace ShimService.Shim.Options;

/// <summary>
/// The part of TOML our options are made of: one table of keys with texts in double or single quotes, true, false and
/// numbers, with comments. Everything else (tables, arrays, dates, dotted keys, texts over several lines) is refused
/// with its line. Strict and small: a general reader would cost every shim more memory than its containers' records.
/// Source: toml.io/en/v1.0.0.
/// </summary>
internal static class TomlReader
{
    /// <summary>Errors: InvalidArgument with source and line.</summary>
    public static IReadOnlyList<TomlEntry> Read(string text, string source)
    {
        var entries = new List<TomlEntry>();
        var number = 0;
        foreach (var line in text.AsSpan().EnumerateLines())
        {
            number++;
            var rest = line.Trim(" \t");
            if (rest.IsEmpty || rest[0] == '#')
            {
                continue;
            }

            entries.Add(ReadEntry(rest, source, number));
        }

        return entries;
    }

    public static TaskException Wrong(string source, int line, string what) => RuntimeOptionsReader.Invalid(
        string.Create(CultureInfo.InvariantCulture, $"{source}, line {line}: {what}"));

    private static TomlEntry ReadEntry(ReadOnlySpan<char> line, string source, int number)
    {
        if (line[0] == '[')
        {
            throw Wrong(source, number, "tables are not read: options are keys at the top");
        }

        var key = ReadKey(ref line, source, number);
        line = line.TrimStart(" \t");
        if (line.IsEmpty || line[0] != '=')
        {
            throw Wrong(source, number, $"\"{key}\" has to be followed by = and a value");
        }

        line = line[1..].TrimStart(" \t");
        var kind = !line.IsEmpty && line[0] is '"' or '\'' ? TomlKind.Text : TomlKind.Bare;
        var value = kind == TomlKind.Text ? ReadText(ref line, source, number) : ReadBare(ref line);
        line = line.TrimStart(" \t");
        if ((kind == TomlKind.Bare && value.Length == 0) || !(line.IsEmpty || line[0] == '#'))
        {
            throw Wrong(
                source, number, $"the value of \"{key}\" is neither a text in quotes nor true, false or a number");
        }

        return new TomlEntry(key, kind, value, number);
    }

    private static string ReadKey(ref ReadOnlySpan<char> line, string source, int number)
    {
        if (line[0] is '"' or '\'')
        {
            return ReadText(ref line, source, number);
        }

        return ReadBare(ref line) is { Length: > 0 } key
            ? key
            : throw Wrong(source, number, "a key has letters, digits, - and _");
    }

    private static string ReadBare(ref ReadOnlySpan<char> line)
    {
        var length = 0;
        while (length < line.Length && (char.IsAsciiLetterOrDigit(line[length]) || line[length] is '-' or '_'))
        {
            length++;
        }

        var word = line[..length].ToString();
        line = line[length..];
        return word;
    }

    private static string ReadText(ref ReadOnlySpan<char> line, string source, int number)
    {
        var quote = line[0];
        var text = new StringBuilder();
        for (var index = 1; index < line.Length; index++)
        {
            if (line[index] == quote)
            {
                line = line[(index + 1)..];
                return text.ToString();
            }

            if (quote == '"' && line[index] == '\\')
            {
                text.Append(Unescape(line[(index + 1)..], source, number, out var used));
                index += used;
            }
            else
            {
                text.Append(line[index]);
            }
        }

        throw Wrong(source, number, "a text has no end: the closing quote is missing on its line");
    }

    private static string Unescape(ReadOnlySpan<char> text, string source, int number, out int used)
    {
        used = 1;
        switch (text.IsEmpty ? '\0' : text[0])
        {
            case '"':
                return "\"";
            case '\\':
                return "\\";
            case 't':
                return "\t";
            case 'n':
                return "\n";
            case 'r':
                return "\r";
            case 'b':
                return "\b";
            case 'f':
                return "\f";
            case 'u' when text.Length >= 5 && Rune(text.Slice(1, 4)) is { } four:
                used = 5;
                return four;
            case 'U' when text.Length >= 9 && Rune(text.Slice(1, 8)) is { } eight:
                used = 9;
                return eight;
            default:
                throw Wrong(source, number, "a backslash is followed by none of b t n f r \" \\ uXXXX UXXXXXXXX");
        }
    }

    private static string? Rune(ReadOnlySpan<char> hex) =>
        uint.TryParse(hex, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var code)
        && System.Text.Rune.TryCreate(code, out var rune)
            ? rune.ToString()
            : null;
}
