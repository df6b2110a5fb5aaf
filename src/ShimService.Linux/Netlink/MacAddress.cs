using System.Globalization;

namespace ShimService.Linux.Netlink;

/// <summary>An Ethernet address; written as six pairs of hexadecimal digits with colons.</summary>
public readonly record struct MacAddress
{
    public const int Length = 6;

    private readonly ulong _bits;

    private MacAddress(ulong bits) => _bits = bits;

    /// <summary>The first octet's lowest bit: an address of many, which no interface may have.</summary>
    public bool IsMulticast => (_bits >> 40 & 1) != 0;

    public bool IsZero => _bits == 0;

    public static MacAddress From(ReadOnlySpan<byte> octets)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(octets.Length, Length);
        ulong bits = 0;
        foreach (var octet in octets)
        {
            bits = bits << 8 | octet;
        }

        return new MacAddress(bits);
    }

    public static bool TryParse(string text, out MacAddress address)
    {
        address = default;
        var parts = text.Split(':', '-');
        ulong bits = 0;
        foreach (var part in parts)
        {
            if (part.Length != 2 || !byte.TryParse(part, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var octet))
            {
                return false;
            }

            bits = bits << 8 | octet;
        }

        address = new MacAddress(bits);
        return parts.Length == Length;
    }

    public byte[] ToBytes()
    {
        var octets = new byte[Length];
        for (var index = 0; index < Length; index++)
        {
            octets[index] = (byte)(_bits >> (8 * (Length - 1 - index)));
        }

        return octets;
    }

    public override string ToString()
    {
        var octets = ToBytes();
        return string.Create(CultureInfo.InvariantCulture,
            $"{octets[0]:x2}:{octets[1]:x2}:{octets[2]:x2}:{octets[3]:x2}:{octets[4]:x2}:{octets[5]:x2}");
    }
}
