using System.Globalization;
using ShimService.Oci;

namespace ShimService.Engine.Systemd;

/// <summary>
/// Annotations org.systemd.property.NAME, with a value in GVariant's text form, as properties of the unit; NAMESec in
/// seconds becomes NAMEUSec. Pure. Errors: SpecException with the annotation. Source: runc docs/systemd.md.
/// </summary>
internal static class AnnotationProperties
{
    private const string Prefix = "org.systemd.property.";

    public static List<UnitProperty> Read(IReadOnlyDictionary<string, string> annotations)
    {
        List<UnitProperty> properties = [];
        foreach (var (key, value) in annotations)
        {
            if (!key.StartsWith(Prefix, StringComparison.Ordinal))
            {
                continue;
            }

            var name = key[Prefix.Length..];
            if (name.Length < 3 || name.AsSpan().ContainsAnyExcept(Letters))
            {
                throw new SpecException($"annotations[{key}]", "does not end in the name of a unit's property");
            }

            properties.Add(Read(name, value.Trim()) ?? throw new SpecException($"annotations[{key}]",
                $"\"{value}\" is no value in GVariant's text form such as 'text', true, uint64 5 or ['a', 'b']"));
        }

        return properties;
    }

    private static System.Buffers.SearchValues<char> Letters { get; } =
        System.Buffers.SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz");

    private static UnitProperty? Read(string name, string value)
    {
        if (name.EndsWith("Sec", StringComparison.Ordinal) && !name.EndsWith("USec", StringComparison.Ordinal))
        {
            return Number(value) is { Value: >= 0 and < long.MaxValue / 1000000 and var seconds }
                ? UnitProperty.Number(name[..^3] + "USec", (ulong)seconds * 1000000)
                : null;
        }

        if (value is "true" or "false")
        {
            return UnitProperty.Flag(name, value == "true");
        }

        if (Text(value) is { } text)
        {
            return UnitProperty.Text(name, text);
        }

        if (value is ['[', .., ']'])
        {
            return List(name, value[1..^1]);
        }

        return Number(value) switch
        {
            { Type: "uint64", Value: >= 0 and var number } => UnitProperty.Number(name, (ulong)number),
            { Type: "uint32", Value: >= 0 and <= uint.MaxValue and var number } => new UnitProperty(
                name, "u", (uint)number),
            { Type: "int64", Value: var number } => new UnitProperty(name, "x", number),
            { Type: "" or "int32", Value: >= int.MinValue and <= int.MaxValue and var number } =>
                new UnitProperty(name, "i", (int)number),
            _ => null,
        };
    }

    private static UnitProperty? List(string name, string inside)
    {
        List<string> texts = [];
        foreach (var part in inside.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            if (Text(part) is not { } text)
            {
                return null;
            }

            texts.Add(text);
        }

        return new UnitProperty(name, "as", texts.ToArray());
    }

    private static string? Text(string value) =>
        value is ['\'', .., '\''] or ['"', .., '"'] && value.Length > 1
            && !value.Contains('\\', StringComparison.Ordinal)
            ? value[1..^1]
            : null;

    private static (string Type, long Value)? Number(string value)
    {
        var blank = value.IndexOf(' ', StringComparison.Ordinal);
        return long.TryParse(
            value.AsSpan(blank + 1), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number)
            ? (blank < 0 ? "" : value[..blank], number)
            : null;
    }
}
