using System.Net.Sockets;
using ShimService.Rpc.Ttrpc;

namespace ShimService.Rpc;

/// <summary>
/// Serves tables over ttrpc on a listening unix socket: no handshake, peers checked by SO_PEERCRED, one receive loop
/// per connection and no thread of its own. Source of the wire format: containerd/ttrpc PROTOCOL.md.
/// </summary>
public sealed class TtrpcServer(Socket listener, IReadOnlyList<ServiceTable> services, TtrpcServerOptions options)
{
    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(1);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(1);

    private readonly ServiceTables _tables = new(services);
    private readonly Lock _lock = new();
    private readonly Dictionary<ServerConnection, Task> _connections = [];
    private int _open;

    /// <summary>Open connections now.</summary>
    public int Connections => Volatile.Read(ref _open);

    /// <summary>
    /// Serves until <paramref name="stop"/>; then closes the listener, idle connections at once and the others when
    /// their calls have ended, or after <see cref="TtrpcServerOptions.DrainTime"/>. Call it once. Errors:
    /// SocketException where the listener itself is broken.
    /// </summary>
    public async Task RunAsync(CancellationToken stop)
    {
        try
        {
            await AcceptAllAsync(stop);
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
        }
        finally
        {
            listener.Dispose();
            await DrainAsync();
        }
    }

    private async Task AcceptAllAsync(CancellationToken stop)
    {
        TimeSpan pause = TimeSpan.Zero;
        while (true)
        {
            try
            {
                Admit(await listener.AcceptAsync(stop));
                pause = TimeSpan.Zero;
            }
            catch (SocketException error) when (IsPassing(error.SocketErrorCode))
            {
                pause = pause == TimeSpan.Zero ? FirstPause : Shorter(pause * 2, LongestPause);
                await Task.Delay(pause, options.Clock, stop);
            }
        }
    }

    // Out of descriptors or memory, or the client went away before it was accepted: the listener is still good.
    private static bool IsPassing(SocketError error) => error
        is SocketError.TooManyOpenSockets
        or SocketError.NoBufferSpaceAvailable
        or SocketError.ConnectionAborted
        or SocketError.ConnectionReset
        or SocketError.Interrupted
        or SocketError.TryAgain;

    private static TimeSpan Shorter(TimeSpan one, TimeSpan other) => one < other ? one : other;

    private void Admit(Socket socket)
    {
        PeerCredentials? peer = PeerCheck.Read(socket);
        if (peer is { } known && !(options.AllowPeer ?? PeerCheck.IsOurs)(known))
        {
            socket.Dispose();
            return;
        }

        ServerConnection connection;
        try
        {
            connection = new ServerConnection(socket, _tables, options, peer);
        }
        catch (SocketException)
        {
            socket.Dispose();
            throw;
        }

        lock (_lock)
        {
            _connections[connection] = ServeAsync(connection);
        }
    }

    private async Task ServeAsync(ServerConnection connection)
    {
        // Leaves the lock it is started in.
        await Task.Yield();
        options.ConnectionsChanged?.Invoke(Interlocked.Increment(ref _open));
        try
        {
            await connection.ReceiveAsync();
        }
        finally
        {
            options.ConnectionsChanged?.Invoke(Interlocked.Decrement(ref _open));
            await connection.FinishAsync();
            lock (_lock)
            {
                _connections.Remove(connection);
            }
        }
    }

    private async Task DrainAsync()
    {
        KeyValuePair<ServerConnection, Task>[] open;
        lock (_lock)
        {
            open = [.. _connections];
        }

        Task all = Task.WhenAll(Array.ConvertAll(open, static entry => entry.Value));
        foreach ((ServerConnection connection, _) in open)
        {
            connection.Drain();
        }

        if (await EndsInTimeAsync(all))
        {
            return;
        }

        foreach ((ServerConnection connection, _) in open)
        {
            connection.Close();
        }

        // A handler that does not heed its token must not keep the process.
        await EndsInTimeAsync(all);
    }

    private async Task<bool> EndsInTimeAsync(Task all)
    {
        try
        {
            await all.WaitAsync(options.DrainTime, options.Clock);
            return true;
        }
        catch (TimeoutException)
        {
            return false;
        }
    }
}
