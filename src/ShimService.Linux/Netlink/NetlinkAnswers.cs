using System.Net;
using System.Runtime.InteropServices;
using ShimService.Linux.Native;

namespace ShimService.Linux.Netlink;

/// <summary>Reads the bodies of answers; null for one that is too short or not of the kind asked for. Pure.</summary>
internal static class NetlinkAnswers
{
    public static LinkInfo? Link(ReadOnlySpan<byte> body)
    {
        if (body.Length < NetlinkNumbers.LinkSize)
        {
            return null;
        }

        var link = new LinkInfo
        {
            Index = MemoryMarshal.Read<int>(body[4..]),
            Name = "",
            IsUp = (MemoryMarshal.Read<uint>(body[8..]) & NetlinkNumbers.IFF_UP) != 0,
        };
        var attributes = new NetlinkAttributes(body[NetlinkNumbers.LinkSize..]);
        while (attributes.Next())
        {
            link = attributes.Type switch
            {
                NetlinkNumbers.IFLA_IFNAME => link with { Name = attributes.Text },
                NetlinkNumbers.IFLA_MTU => link with { Mtu = (int)attributes.Number },
                NetlinkNumbers.IFLA_MASTER => link with { Master = (int)attributes.Number },
                NetlinkNumbers.IFLA_LINK => link with { Peer = (int)attributes.Number },
                NetlinkNumbers.IFLA_LINKINFO => link with { Kind = Kind(attributes.Value) },
                NetlinkNumbers.IFLA_STATS64 => link with { Counters = Counters(attributes.Value) },
                NetlinkNumbers.IFLA_ADDRESS when attributes.Value.Length == MacAddress.Length =>
                    link with { Address = MacAddress.From(attributes.Value) },
                _ => link,
            };
        }

        return link;
    }

    public static bool IsLastingAddress(ReadOnlySpan<byte> body)
    {
        // struct ifaddrmsg: family, prefix length, flags, scope, index.
        if (body.Length < NetlinkNumbers.AddressSize || body[3] != NetlinkNumbers.RT_SCOPE_UNIVERSE)
        {
            return false;
        }

        uint flags = body[2];
        var attributes = new NetlinkAttributes(body[NetlinkNumbers.AddressSize..]);
        while (attributes.Next())
        {
            flags |= attributes.Type == NetlinkNumbers.IFA_FLAGS ? attributes.Number : 0;
        }

        return (flags & NetlinkNumbers.IFA_F_PERMANENT) != 0;
    }

    public static AddressInfo? Address(ReadOnlySpan<byte> body)
    {
        if (body.Length < NetlinkNumbers.AddressSize)
        {
            return null;
        }

        // On a point-to-point interface IFA_ADDRESS is the other end's.
        IPAddress? address = null, local = null;
        var attributes = new NetlinkAttributes(body[NetlinkNumbers.AddressSize..]);
        while (attributes.Next())
        {
            switch (attributes.Type)
            {
                case NetlinkNumbers.IFA_ADDRESS:
                    address = Parse(attributes.Value);
                    break;
                case NetlinkNumbers.IFA_LOCAL:
                    local = Parse(attributes.Value);
                    break;
                default:
                    break;
            }
        }

        return (local ?? address) is { } found
            ? new AddressInfo(MemoryMarshal.Read<int>(body[4..]), found, body[1])
            : null;
    }

    public static RouteInfo? Route(ReadOnlySpan<byte> body)
    {
        if (body.Length < NetlinkNumbers.RouteSize || body[7] != NetlinkNumbers.RTN_UNICAST)
        {
            return null;
        }

        uint table = body[4];
        IPAddress? destination = null, gateway = null;
        uint link = 0, priority = 0;
        var attributes = new NetlinkAttributes(body[NetlinkNumbers.RouteSize..]);
        while (attributes.Next())
        {
            switch (attributes.Type)
            {
                case NetlinkNumbers.RTA_TABLE:
                    table = attributes.Number;
                    break;
                case NetlinkNumbers.RTA_DST:
                    destination = Parse(attributes.Value);
                    break;
                case NetlinkNumbers.RTA_GATEWAY:
                    gateway = Parse(attributes.Value);
                    break;
                case NetlinkNumbers.RTA_OIF:
                    link = attributes.Number;
                    break;
                case NetlinkNumbers.RTA_PRIORITY:
                    priority = attributes.Number;
                    break;
                default:
                    break;
            }
        }

        return table == NetlinkNumbers.RT_TABLE_MAIN
            ? new RouteInfo(destination, body[1], gateway, (int)link, priority)
            : null;
    }

    /// <summary>The namespace's number here; null when it has none.</summary>
    public static int? NamespaceId(ReadOnlySpan<byte> body)
    {
        var attributes = new NetlinkAttributes(
            body.Length < NetlinkNumbers.GenericSize ? default : body[NetlinkNumbers.GenericSize..]);
        while (attributes.Next())
        {
            if (attributes.Type == NetlinkNumbers.NETNSA_NSID)
            {
                var number = (int)attributes.Number;
                return number < 0 ? null : number;
            }
        }

        return null;
    }

    /// <summary>What the kernel says beside an error number; null when it says nothing.</summary>
    public static string? Complaint(ReadOnlySpan<byte> body, ushort flags)
    {
        // The error number, then the request's header, then, unless capped, the rest of the request.
        const int echoed = sizeof(int) + NetlinkNumbers.HeaderSize;
        if ((flags & NetlinkNumbers.NLM_F_ACK_TLVS) == 0 || body.Length < echoed)
        {
            return null;
        }

        var length = MemoryMarshal.Read<uint>(body[sizeof(int)..]);
        var start = (flags & NetlinkNumbers.NLM_F_CAPPED) != 0 ? echoed : sizeof(int) + (long)((length + 3) & ~3u);
        var attributes = new NetlinkAttributes(start > body.Length ? default : body[(int)start..]);
        while (attributes.Next())
        {
            if (attributes.Type == NetlinkNumbers.NLMSGERR_ATTR_MSG)
            {
                return attributes.Text;
            }
        }

        return null;
    }

    private static string Kind(ReadOnlySpan<byte> value)
    {
        var attributes = new NetlinkAttributes(value);
        while (attributes.Next())
        {
            if (attributes.Type == NetlinkNumbers.IFLA_INFO_KIND)
            {
                return attributes.Text;
            }
        }

        return "";
    }

    private static LinkCounters Counters(ReadOnlySpan<byte> value)
    {
        const int count = 8;
        if (value.Length < count * sizeof(ulong))
        {
            return default;
        }

        // Attributes are aligned to four bytes, numbers in here are of eight.
        Span<ulong> numbers = stackalloc ulong[count];
        value[..(count * sizeof(ulong))].CopyTo(MemoryMarshal.AsBytes(numbers));
        return new LinkCounters(
            numbers[0], numbers[1], numbers[2], numbers[3], numbers[4], numbers[5], numbers[6], numbers[7]);
    }

    private static IPAddress? Parse(ReadOnlySpan<byte> value) => value.Length is 4 or 16 ? new IPAddress(value) : null;
}
