using System.Text.Json;
using ShimService.Rpc;

namespace ShimService.Daemon.Verbs.Creation;

/// <summary>Checks a bundle a caller named. The spec itself is the shim's to check.</summary>
internal static class BundleSource
{
    private const long LargestSpec = 16 << 20;

    /// <summary>Errors: RpcException InvalidArgument with the field bundle.</summary>
    public static TaskSource Read(string bundle, bool openStdin)
    {
        if (!Path.IsPathFullyQualified(bundle))
        {
            throw Invalid($"bundle {bundle} is not an absolute path");
        }

        var path = Path.TrimEndingDirectorySeparator(Path.GetFullPath(bundle));
        var json = ReadSpec(path);
        return new TaskSource
        {
            Bundle = path,
            SpecJson = json,
            Terminal = ReadTerminal(path, json),
            OpenStdin = openStdin,
        };
    }

    private static byte[] ReadSpec(string bundle)
    {
        var file = new FileInfo(Path.Combine(bundle, "config.json"));
        try
        {
            if (!Directory.Exists(bundle))
            {
                throw Invalid($"bundle {bundle} is not a directory");
            }

            // A link could lead out of the bundle: what is checked here would not be what the shim reads.
            if (file.LinkTarget is not null)
            {
                throw Invalid($"{file.FullName} is a symbolic link; put the spec itself there");
            }

            return file is { Exists: true, Length: <= LargestSpec }
                ? File.ReadAllBytes(file.FullName)
                : throw Invalid(file.Exists
                    ? $"{file.FullName} is larger than {LargestSpec >> 20} MiB"
                    : $"bundle {bundle} has no config.json");
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw Invalid($"{file.FullName} cannot be read: {error.Message}");
        }
    }

    private static bool ReadTerminal(string bundle, byte[] json)
    {
        try
        {
            var reader = new Utf8JsonReader(json);
            return reader.Read() && TryEnter(ref reader, "process"u8) && TryEnter(ref reader, "terminal"u8)
                && reader.TokenType == JsonTokenType.True;
        }
        catch (JsonException error)
        {
            throw Invalid($"{bundle}/config.json is not JSON: {error.Message}");
        }
    }

    // Moves from an object to the value of one of its properties, and no further: the shim reads the whole.
    private static bool TryEnter(ref Utf8JsonReader reader, ReadOnlySpan<byte> name)
    {
        if (reader.TokenType != JsonTokenType.StartObject)
        {
            return false;
        }

        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var isWanted = reader.ValueTextEquals(name);
            reader.Read();
            if (isWanted)
            {
                return true;
            }

            reader.Skip();
        }

        return false;
    }

    private static RpcException Invalid(string message) =>
        RpcException.InvalidArgument("bundle", message, "INVALID_SPEC");
}
