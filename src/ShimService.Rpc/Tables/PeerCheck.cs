using System.Net.Sockets;
using System.Runtime.InteropServices;

namespace ShimService.Rpc;

/// <summary>Who is at the other end of a unix socket, and who we are.</summary>
internal static partial class PeerCheck
{
    // asm-generic/socket.h; x86_64 and aarch64 use the same numbers.
    private const int SolSocket = 1;
    private const int SoPeerCred = 17;

    /// <summary>Null where the socket is not a unix socket. Source: man 7 unix, SO_PEERCRED.</summary>
    public static PeerCredentials? Read(Socket socket)
    {
        if (socket.AddressFamily != AddressFamily.Unix)
        {
            return null;
        }

        // struct ucred { pid_t pid; uid_t uid; gid_t gid; }
        Span<byte> credentials = stackalloc byte[12];
        int size = socket.GetRawSocketOption(SolSocket, SoPeerCred, credentials);
        return size == credentials.Length
            ? new PeerCredentials(
                MemoryMarshal.Read<int>(credentials),
                MemoryMarshal.Read<uint>(credentials[4..]),
                MemoryMarshal.Read<uint>(credentials[8..]))
            : null;
    }

    /// <summary>What ttrpc servers ask of a peer: our own effective user and group.</summary>
    public static bool IsOurs(PeerCredentials peer) =>
        peer.Uid == GetEffectiveUser() && peer.Gid == GetEffectiveGroup();

    [LibraryImport("libc", EntryPoint = "geteuid")]
    private static partial uint GetEffectiveUser();

    [LibraryImport("libc", EntryPoint = "getegid")]
    private static partial uint GetEffectiveGroup();
}
