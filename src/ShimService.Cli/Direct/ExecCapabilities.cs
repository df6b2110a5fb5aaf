using System.Text.Json;

namespace ShimService.Cli.Direct;

/// <summary>
/// process.capabilities of an exec: the container's, and those that were typed in the bounding, effective and permitted
/// sets; in the ambient set where the container's inheritable one has them. Pure. Source: runc 1.4, exec --cap.
/// </summary>
internal static class ExecCapabilities
{
    private static readonly string[] Sets = ["bounding", "effective", "permitted", "inheritable", "ambient"];

    public static void Write(Utf8JsonWriter json, string[] typed, JsonElement process)
    {
        bool inherits = process.TryGetProperty("capabilities", out JsonElement sets)
            && sets.ValueKind == JsonValueKind.Object;
        if (!inherits && typed.Length == 0)
        {
            return;
        }

        string[] inheritable = inherits ? Names(sets, "inheritable") : [];
        json.WriteStartObject("capabilities");
        foreach (string set in Sets)
        {
            IEnumerable<string> added = set switch
            {
                "inheritable" => [],
                "ambient" => typed.Intersect(inheritable),
                _ => typed,
            };
            json.WriteStartArray(set);
            foreach (string name in (inherits ? Names(sets, set) : []).Union(added))
            {
                json.WriteStringValue(name);
            }

            json.WriteEndArray();
        }

        json.WriteEndObject();
    }

    private static string[] Names(JsonElement sets, string set) =>
        sets.TryGetProperty(set, out JsonElement names) && names.ValueKind == JsonValueKind.Array
            ? [.. names.EnumerateArray().Select(name => name.GetString() ?? "")]
            : [];
}
