using System.Buffers.Binary;
using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace ShimService.Network.Addresses;

/// <summary>A block of addresses of one family: "10.1.0.0/16". Pure.</summary>
public readonly record struct Cidr
{
    private Cidr(UInt128 first, int prefixLength, bool isIPv6) =>
        (First, PrefixLength, IsIPv6) = (first, prefixLength, isIPv6);

    /// <summary>The first address, as a number.</summary>
    public UInt128 First { get; }

    public int PrefixLength { get; }

    public bool IsIPv6 { get; }

    /// <summary>The last address, as a number.</summary>
    public UInt128 Last => First | HostMask(PrefixLength, IsIPv6);

    /// <summary>Host bits are cut off. False for anything but ADDRESS/LENGTH.</summary>
    public static bool TryParse(string text, out Cidr block)
    {
        block = default;
        var slash = text.IndexOf('/', StringComparison.Ordinal);
        if (slash < 0 || !TryParseAddress(text[..slash], out var address)
            || !int.TryParse(text.AsSpan(slash + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var length))
        {
            return false;
        }

        var isIPv6 = address.AddressFamily == AddressFamily.InterNetworkV6;
        if (length > (isIPv6 ? 128 : 32))
        {
            return false;
        }

        block = Around(address, length);
        return true;
    }

    /// <summary>Only what is written in full: .NET takes "1" for an address, too.</summary>
    public static bool TryParseAddress(string text, out IPAddress address)
    {
        var parsed = IPAddress.TryParse(text, out var found) && !text.Contains('%', StringComparison.Ordinal)
            && (found.AddressFamily == AddressFamily.InterNetworkV6
                || text.AsSpan().Count('.') == 3 && found.ToString() == text);
        address = parsed ? found! : IPAddress.None;
        return parsed;
    }

    /// <summary>The block of that length an address lies in.</summary>
    public static Cidr Around(IPAddress address, int prefixLength)
    {
        var isIPv6 = address.AddressFamily == AddressFamily.InterNetworkV6;
        return new Cidr(ToNumber(address) & ~HostMask(prefixLength, isIPv6), prefixLength, isIPv6);
    }

    public static UInt128 ToNumber(IPAddress address)
    {
        var octets = address.GetAddressBytes();
        return octets.Length == sizeof(uint)
            ? BinaryPrimitives.ReadUInt32BigEndian(octets)
            : BinaryPrimitives.ReadUInt128BigEndian(octets);
    }

    public IPAddress At(UInt128 number)
    {
        Span<byte> octets = stackalloc byte[16];
        if (!IsIPv6)
        {
            BinaryPrimitives.WriteUInt32BigEndian(octets, (uint)number);
            return new IPAddress(octets[..sizeof(uint)]);
        }

        BinaryPrimitives.WriteUInt128BigEndian(octets, number);
        return new IPAddress(octets);
    }

    public bool Contains(UInt128 number) => number >= First && number <= Last;

    public bool Contains(IPAddress address) =>
        address.AddressFamily == AddressFamily.InterNetworkV6 == IsIPv6 && Contains(ToNumber(address));

    public bool Contains(Cidr other) =>
        other.IsIPv6 == IsIPv6 && other.PrefixLength >= PrefixLength && Contains(other.First);

    public bool Overlaps(Cidr other) => Contains(other) || other.Contains(this);

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{At(First)}/{PrefixLength}");

    private static UInt128 HostMask(int prefixLength, bool isIPv6)
    {
        var bits = (isIPv6 ? 128 : 32) - prefixLength;
        return bits >= 128 ? UInt128.MaxValue : (UInt128.One << bits) - 1;
    }
}
