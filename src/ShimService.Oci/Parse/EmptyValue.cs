using System.Text.Json;

namespace ShimService.Oci.Parse;

/// <summary>
/// Tells a property that is there but asks for nothing (null, false, 0, "", [], {} and objects of such) from one that
/// wants something: callers written in Go spell out their zero values.
/// </summary>
internal static class EmptyValue
{
    /// <summary>Looks at the value under <paramref name="json"/>, and reads to its end only when it is empty.</summary>
    internal static bool At(ref Utf8JsonReader json)
    {
        switch (json.TokenType)
        {
            case JsonTokenType.Null:
            case JsonTokenType.False:
                return true;
            case JsonTokenType.String:
                return json.ValueSpan.IsEmpty;
            case JsonTokenType.Number:
                return json.TryGetDouble(out var number) && number == 0;
            case JsonTokenType.StartArray:
                json.Read();
                return json.TokenType == JsonTokenType.EndArray;
            case JsonTokenType.StartObject:
                while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
                {
                    json.Read();
                    if (!At(ref json))
                    {
                        return false;
                    }
                }

                return true;
            default:
                return false;
        }
    }
}
