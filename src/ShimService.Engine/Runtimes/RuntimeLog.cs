using System.Text;
using System.Text.Json;

namespace ShimService.Engine.Runtimes;

/// <summary>
/// What a runtime says with --log-format json: a line {"level":"error","msg":"…","time":"…"} for each thing. Pure but for
/// the reading. Source: runc and crun, --log.
/// </summary>
internal static class RuntimeLog
{
    private const int Longest = 2048;

    /// <summary>The message of the last error, else of the last line; "" when there is none.</summary>
    public static string ReadError(string path)
    {
        try
        {
            return FindError(File.ReadAllText(path));
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return "";
        }
    }

    internal static string FindError(string log)
    {
        var last = "";
        var error = "";
        foreach (var line in log.Split('\n'))
        {
            var text = line.Trim();
            if (text.Length == 0)
            {
                continue;
            }

            var (level, message) = Parse(text);
            last = message;
            error = level is "error" or "fatal" or "panic" ? message : error;
        }

        var found = error.Length > 0 ? error : last;
        return found.Length > Longest ? found[..Longest] + "…" : found;
    }

    private static (string Level, string Message) Parse(string line)
    {
        string? level = null;
        string? message = null;
        try
        {
            var reader = new Utf8JsonReader(Encoding.UTF8.GetBytes(line));
            while (reader.Read())
            {
                if (reader.TokenType != JsonTokenType.PropertyName || reader.CurrentDepth != 1)
                {
                    continue;
                }

                var isLevel = reader.ValueTextEquals("level"u8);
                var isMessage = reader.ValueTextEquals("msg"u8);
                reader.Read();
                if (reader.TokenType == JsonTokenType.String)
                {
                    level = isLevel ? reader.GetString() : level;
                    message = isMessage ? reader.GetString() : message;
                }
            }
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            // A runtime that was killed in the middle of a line, or writes plain text.
            return ("", message ?? line);
        }

        return (level ?? "", message ?? line);
    }
}
