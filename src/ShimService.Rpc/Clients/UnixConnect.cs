using System.Net.Sockets;

namespace ShimService.Rpc;

/// <summary>Connects to a unix socket, with errors a caller can act on.</summary>
internal static class UnixConnect
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(5);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    /// <summary>
    /// Errors: RpcException(Unavailable) that names the socket. A full backlog is waited out for a while: connect(2)
    /// of a non-blocking unix socket says EAGAIN there, where a blocking one would wait.
    /// </summary>
    public static async Task<Socket> ConnectAsync(string path, TimeProvider clock, CancellationToken cancel)
    {
        long begin = clock.GetTimestamp();
        while (true)
        {
            var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
            try
            {
                await socket.ConnectAsync(new UnixDomainSocketEndPoint(path), cancel);
                return socket;
            }
            catch (SocketException error)
            {
                socket.Dispose();
                bool full = error.SocketErrorCode is SocketError.TryAgain or SocketError.WouldBlock;
                if (!full || clock.GetElapsedTime(begin) > Patience)
                {
                    throw RpcException.Unavailable(
                        $"connect to {path}: {error.SocketErrorCode}; is its server running?", error);
                }
            }
            catch
            {
                socket.Dispose();
                throw;
            }

            await Task.Delay(Pause, clock, cancel);
        }
    }
}
