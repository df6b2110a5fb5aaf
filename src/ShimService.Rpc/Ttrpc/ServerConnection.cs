using System.Net.Sockets;
using ShimService.Contracts.Ttrpc;

namespace ShimService.Rpc.Ttrpc;

/// <summary>
/// One client of a ttrpc server. The receive loop only sorts frames: handlers run on the pool, answers it gives itself
/// are posted, so neither a slow handler nor a client that does not read stops it.
/// </summary>
internal sealed partial class ServerConnection : IDisposable
{
    // Answers of the loop itself (unknown method, bad id, …) that may wait for a client that does not read.
    private const int PostsAtOnce = 256;

    private readonly Socket _socket;
    private readonly ServiceTables _tables;
    private readonly FrameReader _reader;
    private readonly IReadable? _readable;
    private readonly Lock _lock = new();
    private readonly Dictionary<uint, ServerCall> _calls = [];
    private uint _lastId;
    private int _posts;
    private bool _draining;
    private bool _closed;
    private TaskCompletionSource? _idle;

    public ServerConnection(Socket socket, ServiceTables tables, TtrpcServerOptions options, PeerCredentials? peer)
    {
        _socket = socket;
        _tables = tables;
        if (options.Receiver is { } receiver)
        {
            _socket.Blocking = false;
            _readable = receiver.Add(_socket);
            _reader = new(ReceiveAsync, options.MessageLimit);
        }
        else
        {
            _reader = new(memory => _socket.ReceiveAsync(memory, SocketFlags.None), options.MessageLimit);
        }

        Options = options;
        Peer = peer;
        Writer = new(socket, options.MessageLimit);
    }

    public TtrpcServerOptions Options { get; }

    public PeerCredentials? Peer { get; }

    public FrameWriter Writer { get; }

    /// <summary>Until the client has closed, or <see cref="Close"/>.</summary>
    public async Task ReceiveAsync()
    {
        try
        {
            while (await _reader.ReadAsync() is { } frame)
            {
                await SortAsync(frame);
            }
        }
        catch (Exception error) when (error is SocketException or ObjectDisposedException)
        {
            // The connection is over either way.
        }
        finally
        {
            Close();
        }
    }

    /// <summary>After the connection has closed: until every call has ended.</summary>
    public async Task FinishAsync()
    {
        Task idle;
        lock (_lock)
        {
            idle = _calls.Count + _posts == 0 ? Task.CompletedTask : (_idle ??= new()).Task;
        }

        await idle;
        Dispose();
    }

    /// <summary>Takes no new calls; closes once the last one has ended.</summary>
    public void Drain()
    {
        lock (_lock)
        {
            _draining = true;
            if (_calls.Count + _posts > 0)
            {
                return;
            }
        }

        Close();
    }

    /// <summary>Ends the connection and cancels its calls.</summary>
    public void Close()
    {
        ServerCall[] calls;
        lock (_lock)
        {
            if (_closed)
            {
                return;
            }

            _closed = true;
            calls = [.. _calls.Values];
        }

        _readable?.Dispose();
        _socket.Dispose();
        foreach (ServerCall call in calls)
        {
            call.Abandon();
        }
    }

    /// <summary>A call has sent its last frame.</summary>
    public void Remove(uint streamId)
    {
        lock (_lock)
        {
            _calls.Remove(streamId);
        }

        OneLess();
    }

    public void Dispose()
    {
        _readable?.Dispose();
        _socket.Dispose();
        Writer.Dispose();
    }

    private async ValueTask<int> ReceiveAsync(Memory<byte> memory)
    {
        while (true)
        {
            int got = _socket.Receive(memory.Span, SocketFlags.None, out SocketError error);
            switch (error)
            {
                case SocketError.Success:
                    return got;
                case SocketError.WouldBlock:
                    await _readable!.WaitAsync();
                    break;
                case SocketError.Interrupted:
                    break;
                default:
                    throw new SocketException((int)error);
            }
        }
    }

    private ValueTask PostAsync(uint streamId, RpcStatusCode code, string message) =>
        PostAsync(streamId, RpcException.Create(code, "PROTOCOL", message));

    // The loop goes on while this answer waits its turn, until too many do.
    private async ValueTask PostAsync(uint streamId, RpcException error)
    {
        Task post = SendPostAsync(streamId, error);
        bool many;
        lock (_lock)
        {
            many = _posts >= PostsAtOnce;
        }

        if (many)
        {
            await post;
        }
    }

    private async Task SendPostAsync(uint streamId, RpcException error)
    {
        lock (_lock)
        {
            _posts++;
        }

        await SendErrorAsync(streamId, error, null);
        lock (_lock)
        {
            _posts--;
        }

        OneLess();
    }

    /// <summary>Sends how a call has failed. A broken connection ends it all: never throws.</summary>
    public async Task SendErrorAsync(uint streamId, RpcException error, Func<Payload, bool>? mayStill)
    {
        try
        {
            Payload frame;
            try
            {
                frame = Writer.Encode(
                    streamId, FrameType.Response, FrameFlags.None, new Response { Status = error.ToStatus() });
            }
            catch (RpcException tooLarge)
            {
                var bare = new RpcException(error.Code, tooLarge.Message);
                frame = Writer.Encode(
                    streamId, FrameType.Response, FrameFlags.None, new Response { Status = bare.ToStatus() });
            }

            await Writer.SendAsync(frame, mayStill, CancellationToken.None);
        }
        catch (Exception broken) when (broken is SocketException or ObjectDisposedException)
        {
            Close();
        }
    }

    private void OneLess()
    {
        bool close;
        lock (_lock)
        {
            bool none = _calls.Count + _posts == 0;
            close = none && _draining;
            if (none && _closed)
            {
                _idle?.TrySetResult();
            }
        }

        if (close)
        {
            Close();
        }
    }
}
