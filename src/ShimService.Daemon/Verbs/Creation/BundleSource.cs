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
            using var spec = JsonDocument.Parse(json);
            return spec.RootElement.ValueKind == JsonValueKind.Object
                && spec.RootElement.TryGetProperty("process", out var process)
                && process.ValueKind == JsonValueKind.Object
                && process.TryGetProperty("terminal", out var terminal)
                && terminal.ValueKind == JsonValueKind.True;
        }
        catch (JsonException error)
        {
            throw Invalid($"{bundle}/config.json is not JSON: {error.Message}");
        }
    }

    private static RpcException Invalid(string message) => RpcException.InvalidArgument("bundle", message, "INVALID_SPEC");
}
