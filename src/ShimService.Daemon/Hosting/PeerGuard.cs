using System.Net.Sockets;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Connections.Features;

namespace ShimService.Daemon.Hosting;

/// <summary>
/// Lets in root and the user shimd runs as. Asked of the kernel per connection (man 7 unix, SO_PEERCRED).
/// </summary>
internal static class PeerGuard
{
    private const int SolSocket = 1;
    private const int SoPeerCred = 17;

    // struct ucred: pid, uid, gid, 32 bits each.
    private const int CredentialLength = 12;

    public static ConnectionDelegate Guard(ConnectionDelegate next, ILogger logger) => connection =>
    {
        if (connection.Features.Get<IConnectionSocketFeature>()?.Socket is { } socket && !IsAllowed(socket, logger))
        {
            connection.Abort();
            return Task.CompletedTask;
        }

        return next(connection);
    };

    internal static bool IsAllowed(uint uid, uint own) => uid == 0 || uid == own;

    private static bool IsAllowed(Socket socket, ILogger logger)
    {
        Span<byte> credential = stackalloc byte[CredentialLength];
        if (socket.GetRawSocketOption(SolSocket, SoPeerCred, credential) < CredentialLength)
        {
            return false;
        }

        var uid = BitConverter.ToUInt32(credential[4..]);
        if (IsAllowed(uid, Host.ProcessIdentity.EffectiveUid))
        {
            return true;
        }

        logger.PeerRefused(uid, BitConverter.ToInt32(credential));
        return false;
    }
}
