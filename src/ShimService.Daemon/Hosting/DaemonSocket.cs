using System.Net.Sockets;

namespace ShimService.Daemon.Hosting;

/// <summary>The socket clients dial: 0600 before anybody can connect, in a directory that is ours.</summary>
internal static class DaemonSocket
{
    /// <summary>
    /// Binds, closes the mode, and leaves listening to the server: until then a connect is refused, so no window is
    /// open. A stale socket is replaced; the state's lock has shown that no shimd is behind it, a connect shows that
    /// nobody else is. Errors: DaemonException.
    /// </summary>
    public static Socket Bind(string path)
    {
        if (File.Exists(path))
        {
            RefuseIfServed(path);
            File.Delete(path);
        }

        var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            socket.Bind(new UnixDomainSocketEndPoint(path));
            File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite);
            return socket;
        }
        catch (SocketException error)
        {
            socket.Dispose();
            throw new DaemonException($"socket {path} cannot be bound: {error.Message}", error);
        }
    }

    private static void RefuseIfServed(string path)
    {
        using var probe = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            probe.Connect(new UnixDomainSocketEndPoint(path));
        }
        catch (SocketException)
        {
            return;
        }

        throw new DaemonException($"{path} is served by another program; choose another --socket");
    }
}
