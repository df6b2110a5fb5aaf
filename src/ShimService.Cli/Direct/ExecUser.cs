using System.Globalization;
using System.Text.Json;

namespace ShimService.Cli.Direct;

/// <summary>
/// process.user of an exec: the container's, with what was typed: a user, and a group where one was named; groups on top
/// of the container's additional ones. Pure.
/// </summary>
internal static class ExecUser
{
    private static readonly string[] Ids = ["uid", "gid"];

    public static void Write(Utf8JsonWriter json, DirectExecRequest request, JsonElement process)
    {
        bool inherits = process.TryGetProperty("user", out JsonElement inherited)
            && inherited.ValueKind == JsonValueKind.Object;
        string[] typed = request.User?.Split(':', 2) ?? [];
        json.WriteStartObject("user");
        for (int i = 0; i < typed.Length; i++)
        {
            json.WriteNumber(Ids[i], Number(typed[i]));
        }

        json.WriteStartArray("additionalGids");
        if (inherits && inherited.TryGetProperty("additionalGids", out JsonElement groups))
        {
            foreach (JsonElement group in groups.EnumerateArray())
            {
                group.WriteTo(json);
            }
        }

        foreach (uint group in request.Groups)
        {
            json.WriteNumberValue(group);
        }

        json.WriteEndArray();
        if (inherits)
        {
            foreach (JsonProperty property in inherited.EnumerateObject())
            {
                if (property.Name != "additionalGids"
                    && Array.IndexOf(Ids, property.Name, 0, typed.Length) < 0)
                {
                    property.WriteTo(json);
                }
            }
        }

        json.WriteEndObject();
    }

    private static uint Number(string text) =>
        uint.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out uint number)
            ? number
            : throw new CliException($"--user {text}: write UID or UID:GID, as numbers", ExitStatus.RuncStyle);
}
