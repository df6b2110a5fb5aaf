using System.Text.Json;
using ShimService.Linux.Cgroups;

namespace ShimService.Shim.Delete;

/// <summary>Where the container of a bundle has its cgroup, by its config.json alone.</summary>
internal static class BundleCgroup
{
    /// <summary>The default place when the file says nothing, or is not there.</summary>
    public static string Read(string bundle, string id)
    {
        try
        {
            var named = Find(File.ReadAllBytes(Path.Combine(bundle, "config.json")));
            return string.IsNullOrEmpty(named) ? CgroupPath.ForContainer(id).Value : named;
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException or JsonException
            or InvalidOperationException)
        {
            return CgroupPath.ForContainer(id).Value;
        }
    }

    /// <summary>
    /// linux.cgroupsPath; null when it is not there. Errors: JsonException; InvalidOperationException for half a
    /// surrogate pair.
    /// </summary>
    public static string? Find(ReadOnlySpan<byte> config)
    {
        const int inLinux = 2;
        var reader = new Utf8JsonReader(config);
        var isLinux = false;
        while (reader.Read())
        {
            if (reader.TokenType != JsonTokenType.PropertyName)
            {
                continue;
            }

            if (reader.CurrentDepth == 1)
            {
                isLinux = reader.ValueTextEquals("linux"u8);
                if (!isLinux)
                {
                    reader.Read();
                    reader.Skip();
                }
            }
            else if (isLinux && reader.CurrentDepth == inLinux)
            {
                var isPath = reader.ValueTextEquals("cgroupsPath"u8);
                reader.Read();
                if (isPath && reader.TokenType == JsonTokenType.String)
                {
                    return reader.GetString();
                }

                reader.Skip();
            }
        }

        return null;
    }
}
