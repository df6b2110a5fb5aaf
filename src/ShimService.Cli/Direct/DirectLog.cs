using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Json;
using ShimService.Cli.Output;

namespace ShimService.Cli.Direct;

/// <summary>
/// Log lines as callers of runc read them: a time, a level, a message; in a file, or on standard error. An error is
/// also told on standard error for people, unless its line already went there.
/// </summary>
internal sealed class DirectLog
{
    private readonly string? _path;
    private readonly LogFormat _format;
    private readonly bool _debug;

    /// <exception cref="CliException">The file cannot be written.</exception>
    public DirectLog(string? path, LogFormat format, bool debug)
    {
        (_path, _format, _debug) = (path, format, debug);
        Append("");
    }

    public void Debug(string message)
    {
        if (_debug)
        {
            Write("debug", message);
        }
    }

    public void Warn(string message) => Write("warning", message);

    /// <returns>Whether a person still has to be told.</returns>
    public bool Error(string message)
    {
        if (_path is null && _format == LogFormat.Text)
        {
            return true;
        }

        Write("error", message);
        return _path is not null;
    }

    /// <summary>One line. Pure.</summary>
    public static string Line(LogFormat format, DateTimeOffset time, string level, string message)
    {
        string stamp = time.ToString("yyyy-MM-dd'T'HH:mm:ss.fffffff'Z'", CultureInfo.InvariantCulture);
        if (format == LogFormat.Text)
        {
            string quoted = message.Replace("\\", "\\\\", StringComparison.Ordinal)
                .Replace("\"", "\\\"", StringComparison.Ordinal).Replace("\n", "\\n", StringComparison.Ordinal);
            return $"time=\"{stamp}\" level={level} msg=\"{quoted}\"\n";
        }

        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            json.WriteString("level", level);
            json.WriteString("msg", message);
            json.WriteString("time", stamp);
            json.WriteEndObject();
        }

        return Encoding.UTF8.GetString(buffer.WrittenSpan) + "\n";
    }

    private void Write(string level, string message)
    {
        string line = Line(_format, TimeProvider.System.GetUtcNow(), level, message);
        if (_path is null)
        {
            OutputWriter.Error.Text(line);
        }
        else
        {
            Append(line);
        }
    }

    private void Append(string text)
    {
        try
        {
            if (_path is not null)
            {
                File.AppendAllText(_path, text);
            }
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new CliException($"--log {_path}: {error.Message}", ExitStatus.RuncStyle, error);
        }
    }
}
