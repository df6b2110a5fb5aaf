using System.Text.Json;

namespace ShimService.Cli.Direct;

/// <summary>The little that shimctl itself must know of a bundle; the shim reads and checks the whole.</summary>
internal static class BundleFile
{
    /// <summary>process.terminal of config.json.</summary>
    /// <exception cref="CliException">No bundle there, or not JSON.</exception>
    public static bool WantsTerminal(string bundle)
    {
        using JsonDocument config = Read(bundle);
        return config.RootElement.TryGetProperty("process", out JsonElement process)
            && process.ValueKind == JsonValueKind.Object
            && process.TryGetProperty("terminal", out JsonElement terminal)
            && terminal.ValueKind == JsonValueKind.True;
    }

    /// <summary>The container's process, as an exec starts from it. The caller disposes it.</summary>
    public static JsonDocument Read(string bundle)
    {
        string path = Path.Combine(bundle, "config.json");
        try
        {
            return JsonDocument.Parse(File.ReadAllBytes(path));
        }
        catch (Exception error) when (error is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new CliException(
                $"JSON specification file config.json not found in {bundle}", ExitStatus.RuncStyle, error);
        }
        catch (JsonException error)
        {
            throw new CliException($"{path}: {error.Message}", ExitStatus.RuncStyle, error);
        }
    }
}
