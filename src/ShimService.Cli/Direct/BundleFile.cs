using System.Text.Json;

namespace ShimService.Cli.Direct;

/// <summary>The little that shimctl itself must know of a config.json; the shim reads and checks the whole.</summary>
internal static class BundleFile
{
    /// <exception cref="CliException">No bundle there.</exception>
    public static byte[] Read(string bundle)
    {
        string path = Path.Combine(bundle, "config.json");
        try
        {
            return File.ReadAllBytes(path);
        }
        catch (Exception error) when (error is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new CliException(
                $"JSON specification file config.json not found in {bundle}", ExitStatus.RuncStyle, error);
        }
    }

    /// <summary>process.terminal of it.</summary>
    /// <exception cref="CliException">Not JSON.</exception>
    public static bool WantsTerminal(byte[] config, string bundle)
    {
        using JsonDocument document = Parse(config, Path.Combine(bundle, "config.json"));
        return document.RootElement.ValueKind == JsonValueKind.Object
            && document.RootElement.TryGetProperty("process", out JsonElement process)
            && process.ValueKind == JsonValueKind.Object
            && process.TryGetProperty("terminal", out JsonElement terminal)
            && terminal.ValueKind == JsonValueKind.True;
    }

    /// <summary>The caller disposes it.</summary>
    /// <exception cref="CliException">Not JSON.</exception>
    public static JsonDocument Parse(byte[] json, string path)
    {
        try
        {
            return JsonDocument.Parse(json);
        }
        catch (JsonException error)
        {
            throw new CliException($"{path}: {error.Message}", ExitStatus.RuncStyle, error);
        }
    }
}
