using System.Buffers.Binary;
using System.Net;
using ShimService.Linux.Errors;
using ShimService.Linux.Native;

namespace ShimService.Linux;

/// <summary>
/// A port of this host that is held by being bound: nobody else gets it, and who connects is refused. Without
/// SO_REUSEADDR, which .NET's own sockets set: with it, a server that sets it too could take the port. Source: man 7
/// ip.
/// </summary>
public static unsafe class BoundPort
{
    private const int TransmissionControl = 6, UserDatagram = 17, StreamControl = 132;
    private const int Datagram = 2;
    private const int IPv6Level = 41, IPv6Only = 26;

    // struct sockaddr_in and sockaddr_in6.
    private const int AddressSize = 16, AddressSize6 = 28;

    /// <summary>Null with the reason: EADDRINUSE, EADDRNOTAVAIL, EPROTONOSUPPORT.</summary>
    /// <param name="protocol">"tcp", "udp" or "sctp".</param>
    public static FileDescriptor? TryHold(IPAddress address, int port, string protocol, out Errno errno)
    {
        var isIPv6 = address.AddressFamily == System.Net.Sockets.AddressFamily.InterNetworkV6;
        var (type, number) = protocol switch
        {
            "tcp" => (NativeSockets.Stream, TransmissionControl),
            "udp" => (Datagram, UserDatagram),
            "sctp" => (NativeSockets.Stream, StreamControl),
            _ => throw new ArgumentException($"{protocol} has no ports", nameof(protocol)),
        };
        var created = NativeSockets.Create(
            isIPv6 ? NetlinkNumbers.AF_INET6 : NetlinkNumbers.AF_INET, type | NativeSockets.CloseOnExec, number);
        if (created < 0)
        {
            errno = Kernel.LastError;
            return null;
        }

        var socket = new FileDescriptor(created);
        var room = stackalloc byte[AddressSize6];
        var bytes = new Span<byte>(room, AddressSize6);
        bytes.Clear();
        bytes[0] = (byte)(isIPv6 ? NetlinkNumbers.AF_INET6 : NetlinkNumbers.AF_INET);
        BinaryPrimitives.WriteUInt16BigEndian(bytes[2..], (ushort)port);
        address.GetAddressBytes().CopyTo(bytes[(isIPv6 ? 8 : 4)..]);
        var on = 1;
        // SAFETY: a local, and the structure above; their lengths are given.
        if ((isIPv6 && NativeSockets.SetOption(created, IPv6Level, IPv6Only, &on, sizeof(int)) < 0)
            || NativeSockets.Bind(created, room, isIPv6 ? (uint)AddressSize6 : AddressSize) < 0)
        {
            errno = Kernel.LastError;
            socket.Dispose();
            return null;
        }

        errno = Errno.None;
        return socket;
    }
}
