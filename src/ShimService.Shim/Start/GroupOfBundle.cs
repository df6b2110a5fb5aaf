using System.Text.Json;

namespace ShimService.Shim.Start;

/// <summary>
/// Which shim a container belongs to, by its annotations; the first that is there counts. Source: containerd 2.1 runc
/// shim, manager.
/// </summary>
internal static class GroupOfBundle
{
    private static readonly string[] Annotations =
    [
        "io.containerd.shimservice.v2.group",
        "io.containerd.runc.v2.group",
        "io.kubernetes.cri.sandbox-id",
    ];

    /// <summary>The group an annotation of config.json names; null without one. No config.json is no error.</summary>
    public static string? Read(string directory)
    {
        try
        {
            return Find(File.ReadAllBytes(Path.Combine(directory, "config.json")));
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException or JsonException)
        {
            return null;
        }
    }

    public static string? Find(ReadOnlySpan<byte> config)
    {
        var found = new string?[Annotations.Length];
        var reader = new Utf8JsonReader(config);
        while (reader.Read())
        {
            if (reader is not { TokenType: JsonTokenType.PropertyName, CurrentDepth: 1 })
            {
                continue;
            }

            var isAnnotations = reader.ValueTextEquals("annotations"u8);
            reader.Read();
            if (!isAnnotations || reader.TokenType != JsonTokenType.StartObject)
            {
                reader.Skip();
                continue;
            }

            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            {
                var index = Array.IndexOf(Annotations, reader.GetString());
                reader.Read();
                if (index >= 0 && reader.TokenType == JsonTokenType.String)
                {
                    found[index] = reader.GetString();
                }
            }
        }

        foreach (var group in found)
        {
            if (!string.IsNullOrEmpty(group))
            {
                return group;
            }
        }

        return null;
    }
}
