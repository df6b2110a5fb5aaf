using System.Globalization;

namespace ShimService.Oci.Build.Names;

/// <summary>
/// What a text is as an address: dotted IPv4, or IPv6 as RFC 4291 section 2.2 writes it. Zones are left out.
/// </summary>
internal static class AddressText
{
    internal static bool IsIpv4(string text)
    {
        var parts = text.Split('.');
        return parts.Length == 4 && parts.All(static part => part.Length is >= 1 and <= 3
            && byte.TryParse(part, NumberStyles.None, CultureInfo.InvariantCulture, out _));
    }

    internal static bool IsIpv6(string text) => Groups(text) is not null;

    internal static bool IsAddress(string text) => IsIpv4(text) || IsIpv6(text);

    internal static bool IsLoopback(string text) => IsIpv4(text)
        ? text.StartsWith("127.", StringComparison.Ordinal)
        : Groups(text) is [0, 0, 0, 0, 0, 0, 0, 1];

    private static ushort[]? Groups(string text)
    {
        var gap = text.IndexOf("::", StringComparison.Ordinal);
        if (gap < 0)
        {
            return Read(text) is { Count: 8 } whole ? [.. whole] : null;
        }

        var (head, tail) = (Read(text[..gap]), Read(text[(gap + 2)..]));
        return head is null || tail is null || head.Count + tail.Count > 7
            ? null
            : [.. head, .. new ushort[8 - head.Count - tail.Count], .. tail];
    }

    private static List<ushort>? Read(string text)
    {
        var groups = new List<ushort>();
        if (text.Length == 0)
        {
            return groups;
        }

        var parts = text.Split(':');
        for (var i = 0; i < parts.Length; i++)
        {
            if (i == parts.Length - 1 && IsIpv4(parts[i]))
            {
                var bytes = parts[i].Split('.').Select(byte.Parse).ToArray();
                groups.Add((ushort)((bytes[0] << 8) | bytes[1]));
                groups.Add((ushort)((bytes[2] << 8) | bytes[3]));
            }
            else if (parts[i].Length <= 4 && ushort.TryParse(
                parts[i], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var group))
            {
                groups.Add(group);
            }
            else
            {
                return null;
            }
        }

        return groups;
    }
}
