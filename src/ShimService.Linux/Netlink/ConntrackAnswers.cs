using System.Buffers.Binary;
using System.Net;

namespace ShimService.Linux.Netlink;

/// <summary>Reads what ctnetlink tells of a flow. Pure. Source: linux/netfilter/nfnetlink_conntrack.h, Linux 6.1.</summary>
internal static class ConntrackAnswers
{
    public const int HeaderSize = 4;
    public const ushort OriginalTuple = 1;

    private const ushort TupleIp = 1, TupleProtocol = 2;
    private const ushort Destination4 = 2, Destination6 = 4;
    private const ushort ProtocolNumber = 1, DestinationPort = 3;

    /// <summary>The tuple of a flow to one of the ports, as it stands in the message; empty for another flow.</summary>
    public static ReadOnlySpan<byte> TupleTo(ReadOnlySpan<byte> body, IReadOnlyCollection<TrackedPort> ports)
    {
        var attributes = new NetlinkAttributes(body.Length < HeaderSize ? default : body[HeaderSize..]);
        while (attributes.Next())
        {
            if (attributes.Type == OriginalTuple)
            {
                return IsTo(attributes.Value, ports) ? attributes.Value : default;
            }
        }

        return default;
    }

    private static bool IsTo(ReadOnlySpan<byte> tuple, IReadOnlyCollection<TrackedPort> ports)
    {
        IPAddress? address = null;
        byte protocol = 0;
        var port = 0;
        var parts = new NetlinkAttributes(tuple);
        while (parts.Next())
        {
            var fields = new NetlinkAttributes(parts.Value);
            while (fields.Next())
            {
                var value = fields.Value;
                switch (parts.Type, fields.Type)
                {
                    case (TupleIp, Destination4) when value.Length == 4:
                    case (TupleIp, Destination6) when value.Length == 16:
                        address = new IPAddress(value);
                        break;
                    case (TupleProtocol, ProtocolNumber) when value.Length >= 1:
                        protocol = value[0];
                        break;
                    case (TupleProtocol, DestinationPort) when value.Length >= 2:
                        port = BinaryPrimitives.ReadUInt16BigEndian(value);
                        break;
                    default:
                        break;
                }
            }
        }

        foreach (var wanted in ports)
        {
            if (wanted.Protocol == protocol && wanted.Port == port
                && (wanted.Address is null || wanted.Address.Equals(address)))
            {
                return true;
            }
        }

        return false;
    }
}
