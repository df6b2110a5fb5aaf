using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace ShimService.Daemon.Files;

/// <summary>Reads the small JSON records shimd writes about its own.</summary>
internal static class RecordFile
{
    /// <summary>Null when the file is missing, torn or not a record: its writer was killed before it counted.</summary>
    public static T? TryRead<T>(string path, JsonTypeInfo<T> type)
        where T : class
    {
        try
        {
            return JsonSerializer.Deserialize(File.ReadAllBytes(path), type);
        }
        catch (Exception error) when (error is FileNotFoundException or DirectoryNotFoundException or JsonException)
        {
            return null;
        }
    }
}
