using System.Net.Sockets;
using Google.Protobuf;
using ShimService.Contracts.Ttrpc;

namespace ShimService.Rpc.Ttrpc;

/// <summary>
/// One call of a connection. It costs a few hundred bytes while its handler waits: no timer without a deadline, no
/// link to the connection's token, no buffer.
/// </summary>
internal sealed class ServerCall : IServerCall, IThreadPoolWorkItem, IDisposable
{
    private readonly ServerConnection _connection;
    private readonly RpcMethod _method;
    private readonly RpcContext _context;
    private readonly CancellationTokenSource _cancel = new();
    private ByteString? _first;
    private PayloadQueue? _input;
    private RpcException? _early;
    private int _ended;
    private volatile bool _callerGone;

    public ServerCall(
        ServerConnection connection,
        uint streamId,
        ServiceTable service,
        RpcMethod method,
        Request request,
        FrameFlags flags)
    {
        _connection = connection;
        _method = method;
        StreamId = streamId;
        bool manyRequests = method.Kind is MethodKind.ClientStream or MethodKind.Duplex;
        if (manyRequests)
        {
            _input = new(connection.Options.StreamBuffer);
            if (!flags.HasFlag(FrameFlags.RemoteOpen))
            {
                _input.Complete(null);
            }
        }

        // The first message of a stream may ride in the request; where the client sends one message, an empty payload
        // is the empty message.
        _first = manyRequests && request.Payload.IsEmpty ? null : request.Payload;
        TimeSpan? timeout = TimeoutOf(request.TimeoutNano);
        _context = new()
        {
            Service = service.Name,
            Method = method.Name,
            Cancellation = _cancel.Token,
            Deadline = timeout is { } time ? CallTimeout.DeadlineAt(connection.Options.Clock.GetUtcNow(), time) : null,
            Metadata = MetadataOf(request),
            Peer = connection.Peer,
        };
        if (timeout is { } limit)
        {
            CallTimeout.Start(_cancel, limit);
        }
    }

    public uint StreamId { get; }

    public bool CallerGone => _callerGone;

    /// <summary>What the client sends after its request; whatever comes where nothing may is dropped.</summary>
    public PayloadQueue Input => _input ??= Closed();

    private bool HasEnded => Volatile.Read(ref _ended) != 0;

    public void Execute() => _ = RunAsync();

    /// <summary>The client is gone, or waits no more: stops the handler; no answer will be read.</summary>
    public void Abandon()
    {
        // In this order: a reader must not take the lost connection for the end of the client's messages.
        _callerGone = true;
        Cancel();
        _input?.Complete(null);
    }

    /// <summary>Ends the call now, whatever its handler does.</summary>
    public void EndEarly(RpcException error)
    {
        if (Interlocked.CompareExchange(ref _early, error, null) is null)
        {
            Input.Complete(error);
            Cancel();
            _ = _connection.SendErrorAsync(StreamId, error, _ => TryEnd());
        }
    }

    public async ValueTask<IMessage?> ReadAsync(MessageParser parser, CancellationToken cancel)
    {
        if (Interlocked.Exchange(ref _first, null) is { } first)
        {
            return MessageCodec.Parse(parser, first.Span);
        }

        if (_input is null || await _input.TakeAsync(cancel) is not { } payload)
        {
            cancel.ThrowIfCancellationRequested();
            _context.Cancellation.ThrowIfCancellationRequested();
            return null;
        }

        try
        {
            return MessageCodec.Parse(parser, payload.Span);
        }
        finally
        {
            payload.Return();
        }
    }

    public async ValueTask WriteAsync(IMessage message, CancellationToken cancel)
    {
        bool sent;
        try
        {
            sent = _method.Kind is MethodKind.Unary or MethodKind.ClientStream
                ? await _connection.Writer.SendAsync(
                    _connection.Writer.EncodeResponse(StreamId, message), _ => TryEnd(), cancel)
                : await _connection.Writer.SendAsync(
                    _connection.Writer.Encode(StreamId, FrameType.Data, FrameFlags.None, message),
                    _ => !HasEnded,
                    cancel);
        }
        catch (Exception error) when (error is SocketException or ObjectDisposedException)
        {
            _connection.Close();
            sent = false;
        }

        if (!sent)
        {
            throw new OperationCanceledException("the call is over", _context.Cancellation);
        }
    }

    public void Dispose() => _cancel.Dispose();

    private async Task RunAsync()
    {
        RpcException? error = await CallRunner.RunAsync(_method, this, _context, _connection.Options.Unexpected);
        error = Volatile.Read(ref _early) ?? error;
        if (error is not null)
        {
            await _connection.SendErrorAsync(StreamId, error, _ => TryEnd());
        }
        else if (!HasEnded)
        {
            await SendEndAsync();
        }

        _input?.Abandon();
        _connection.Remove(StreamId);
        Dispose();
    }

    // A stream that ended well ends with a data frame, as the Go server does it.
    private async Task SendEndAsync()
    {
        try
        {
            Payload frame = _connection.Writer.Encode(
                StreamId, FrameType.Data, FrameFlags.RemoteClosed | FrameFlags.NoData, null);
            await _connection.Writer.SendAsync(frame, _ => TryEnd(), CancellationToken.None);
        }
        catch (Exception error) when (error is SocketException or ObjectDisposedException)
        {
            _connection.Close();
        }
    }

    /// <summary>True for the one frame that ends the call.</summary>
    private bool TryEnd() => Interlocked.Exchange(ref _ended, 1) == 0;

    // On the pool: what a handler does about it must not hold up the receive loop.
    private void Cancel()
    {
        try
        {
            _ = _cancel.CancelAsync();
        }
        catch (ObjectDisposedException)
        {
            // It has just ended by itself.
        }
    }

    private static PayloadQueue Closed()
    {
        var queue = new PayloadQueue(0);
        queue.Complete(null);
        return queue;
    }

    private static TimeSpan? TimeoutOf(long nanoseconds) =>
        nanoseconds == 0 ? null : TimeSpan.FromTicks(nanoseconds / TimeSpan.NanosecondsPerTick);

    private static RpcMetadata MetadataOf(Request request)
    {
        if (request.Metadata.Count == 0)
        {
            return RpcMetadata.Empty;
        }

        var metadata = new RpcMetadata();
        foreach (KeyValue pair in request.Metadata)
        {
            metadata.Add(pair.Key, pair.Value);
        }

        return metadata;
    }
}
