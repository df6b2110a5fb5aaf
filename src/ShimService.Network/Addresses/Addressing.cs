using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using ShimService.Linux.Netlink;
using ShimService.Network.Errors;

namespace ShimService.Network.Addresses;

/// <summary>Addresses and subnets as people write them, and those that are made up.</summary>
internal static class Addressing
{
    // What private networks usually are, so that most of it is left to others.
    private static readonly Cidr[] Candidates =
    [
        .. Enumerable.Range(17, 15).Select(static second => Block($"172.{second}.0.0/16")),
        .. Enumerable.Range(0, 16).Select(static part => Block($"192.168.{part * 16}.0/20")),
        .. Enumerable.Range(64, 64).Select(static second => Block($"10.{second}.0.0/16")),
    ];

    /// <summary>Errors: TaskException InvalidArgument with the field.</summary>
    public static IPAddress Parse(string text, string field) => Cidr.TryParseAddress(text, out var address)
        ? address
        : throw NetworkErrors.Invalid(field, $"\"{text}\" is no IP address");

    /// <summary>Checks a subnet as it was asked for and fills what was left out.</summary>
    public static SubnetRecord Complete(SubnetRecord asked, string field)
    {
        if (!Cidr.TryParse(asked.Subnet, out var block))
        {
            throw NetworkErrors.Invalid(
                $"{field}.subnet", $"\"{asked.Subnet}\" is no subnet: write it like 10.1.0.0/24");
        }

        if (block.PrefixLength is 0 || block.Last - block.First < 3)
        {
            throw NetworkErrors.Invalid($"{field}.subnet", $"{block} has no room for a gateway and a container");
        }

        var range = block;
        if (asked.Range.Length > 0 && (!Cidr.TryParse(asked.Range, out range) || !block.Contains(range)))
        {
            throw NetworkErrors.Invalid($"{field}.ip_range", $"\"{asked.Range}\" is no part of {block}");
        }

        var gateway = asked.Gateway.Length > 0 ? Parse(asked.Gateway, $"{field}.gateway") : block.At(block.First + 1);
        foreach (var address in asked.Aux.Select(aux => Parse(aux, $"{field}.aux_addresses")).Prepend(gateway))
        {
            if (!block.Contains(address))
            {
                throw NetworkErrors.Invalid(field, $"{address} is not inside {block}");
            }
        }

        return asked with
        {
            Subnet = block.ToString(),
            Gateway = gateway.ToString(),
            Range = asked.Range.Length > 0 ? range.ToString() : "",
        };
    }

    /// <summary>
    /// An IPv4 subnet that neither a network nor this host uses. Errors: TaskException ResourceExhausted.
    /// </summary>
    public static SubnetRecord FindFree(IReadOnlyCollection<Cidr> used)
    {
        foreach (var candidate in Candidates)
        {
            if (!used.Any(candidate.Overlaps))
            {
                return Complete(new SubnetRecord { Subnet = candidate.ToString(), Gateway = "" }, "subnets");
            }
        }

        throw NetworkErrors.Exhausted("every subnet that networks are given is in use on this host: name one");
    }

    /// <summary>A /64 of unique local addresses. Source: RFC 4193 section 3.2.2.</summary>
    public static SubnetRecord MakeUniqueLocal()
    {
        var octets = new byte[16];
        RandomNumberGenerator.Fill(octets.AsSpan(1, 7));
        octets[0] = 0xfd;
        var subnet = Cidr.Around(new IPAddress(octets), 64);
        return Complete(new SubnetRecord { Subnet = subnet.ToString(), Gateway = "" }, "subnets");
    }

    /// <summary>
    /// An Ethernet address that goes with the IP address: whoever gets that again gets this again, and no neighbour's
    /// table is wrong. Without one, random; both locally administered.
    /// </summary>
    public static MacAddress MacOf(IPAddress? address)
    {
        Span<byte> octets = stackalloc byte[MacAddress.Length];
        if (address?.AddressFamily == AddressFamily.InterNetwork)
        {
            (octets[0], octets[1]) = (0x02, 0x42);
            address.TryWriteBytes(octets[2..], out _);
            return MacAddress.From(octets);
        }

        RandomNumberGenerator.Fill(octets);
        octets[0] = (byte)((octets[0] & 0xfc) | 0x02);
        return MacAddress.From(octets);
    }

    private static Cidr Block(string text) =>
        Cidr.TryParse(text, out var block) ? block : throw new FormatException(text);
}
