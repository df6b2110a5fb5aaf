using System.Text.Json;
using ShimService.Tasks.Errors;

namespace ShimService.Shim.Handlers.Mapping;

/// <summary>Reads "args" out of an OCI process object, for people; the engine checks the whole of it.</summary>
internal static class ProcessArgs
{
    public static IReadOnlyList<string> Read(ReadOnlySpan<byte> process)
    {
        var args = new List<string>();
        try
        {
            var reader = new Utf8JsonReader(process);
            while (reader.Read())
            {
                if (reader is { TokenType: JsonTokenType.PropertyName, CurrentDepth: 1 }
                    && reader.ValueTextEquals("args"u8))
                {
                    reader.Read();
                    while (reader.TokenType == JsonTokenType.StartArray || reader.TokenType == JsonTokenType.String)
                    {
                        if (reader.TokenType == JsonTokenType.String)
                        {
                            args.Add(reader.GetString()!);
                        }

                        reader.Read();
                    }

                    return args;
                }
            }

            return args;
        }
        catch (Exception failure) when (failure is JsonException or InvalidOperationException)
        {
            throw new TaskException(
                ErrorKind.InvalidArgument, ErrorReason.InvalidSpec, $"process is not JSON: {failure.Message}", failure)
            {
                Field = "process",
            };
        }
    }
}
