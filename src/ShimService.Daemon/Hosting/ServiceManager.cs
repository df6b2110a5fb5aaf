using System.Net.Sockets;
using System.Text;

namespace ShimService.Daemon.Hosting;

/// <summary>
/// The one who started shimd and waits to hear that it serves (Type=notify): one datagram per message to the socket
/// named in NOTIFY_SOCKET. Source: man 3 sd_notify.
/// </summary>
/// <param name="socketPath">A path, or "@name" in the abstract namespace.</param>
internal sealed class ServiceManager(string socketPath)
{
    /// <summary>null when nobody waits.</summary>
    public static ServiceManager? FromEnvironment() =>
        Environment.GetEnvironmentVariable("NOTIFY_SOCKET") is { Length: > 1 } path ? new ServiceManager(path) : null;

    /// <summary>One that cannot be told is not waited for: its own limit tells it.</summary>
    public void Tell(string message)
    {
        try
        {
            using var socket = new Socket(AddressFamily.Unix, SocketType.Dgram, ProtocolType.Unspecified);
            socket.Blocking = false;
            socket.SendTo(
                Encoding.UTF8.GetBytes(message),
                new UnixDomainSocketEndPoint(socketPath[0] == '@' ? '\0' + socketPath[1..] : socketPath));
        }
        catch (Exception refused) when (refused is SocketException or ArgumentException)
        {
            // Nobody listens there, or that is no socket's name.
        }
    }
}
