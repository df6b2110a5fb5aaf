using System.Buffers;
using System.Text;
using System.Text.Json;
using ShimService.Contracts.Google.Rpc;
using ShimService.Rpc;

namespace ShimService.Cli.Output;

/// <summary>
/// Errors on standard error: what failed, then step, errno and hint where the message does not already say them.
/// With --json one object: verb, code, reason, message, step, errno, hint, field.
/// </summary>
internal static class ErrorReport
{
    public static void Write(string verb, RpcException error, bool json)
    {
        ErrorInfo? info = error.Detail("google.rpc.ErrorInfo", ErrorInfo.Parser);
        var details = new List<(string Name, string Value)>();
        foreach ((string name, string value) in info?.Metadata ?? [])
        {
            details.Add((name, value));
        }

        if (json)
        {
            WriteJson(verb, CodeName(error.Code), info?.Reason ?? "", error.Message, details);
            return;
        }

        var text = new StringBuilder($"shimctl: {verb}: {error.Message}\n");
        foreach ((string name, string value) in details)
        {
            if (name is "step" or "errno" or "subject" or "hint" or "field"
                && value.Length > 0
                && !error.Message.Contains(value, StringComparison.Ordinal))
            {
                text.Append("  ").Append(name.PadRight(8)).Append(value).Append('\n');
            }
        }

        WriteToError(Encoding.UTF8.GetBytes(text.ToString()));
    }

    public static void Write(string verb, string message, bool json)
    {
        if (json)
        {
            WriteJson(verb, "", "", message, []);
            return;
        }

        WriteToError(Encoding.UTF8.GetBytes($"shimctl: {verb}: {message}\n"));
    }

    /// <summary>The code's name as gRPC writes it: FAILED_PRECONDITION. Pure.</summary>
    public static string CodeName(RpcStatusCode code)
    {
        string name = code.ToString();
        var text = new StringBuilder(name.Length + 4);
        for (int i = 0; i < name.Length; i++)
        {
            if (i > 0 && char.IsUpper(name[i]))
            {
                text.Append('_');
            }

            text.Append(char.ToUpperInvariant(name[i]));
        }

        return code == RpcStatusCode.Canceled ? "CANCELLED" : text.ToString();
    }

    private static void WriteJson(
        string verb, string code, string reason, string message, List<(string Name, string Value)> details)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(buffer))
        {
            writer.WriteStartObject();
            writer.WriteStartObject("error");
            writer.WriteString("verb", verb);
            if (code.Length > 0)
            {
                writer.WriteString("code", code);
                writer.WriteString("reason", reason);
            }

            writer.WriteString("message", message);
            foreach ((string name, string value) in details)
            {
                writer.WriteString(name, value);
            }

            writer.WriteEndObject();
            writer.WriteEndObject();
        }

        buffer.Write("\n"u8);
        WriteToError(buffer.WrittenSpan);
    }

    private static void WriteToError(ReadOnlySpan<byte> bytes)
    {
        try
        {
            OutputWriter.Error.Bytes(bytes);
        }
        catch (IOException)
        {
            // Nobody reads our errors; the exit status still says it.
        }
    }
}
