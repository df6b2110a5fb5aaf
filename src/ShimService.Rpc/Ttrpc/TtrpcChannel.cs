using System.Net.Sockets;
using System.Runtime.CompilerServices;
using Google.Protobuf;
using ShimService.Contracts.Ttrpc;
using ShimService.Rpc.Ttrpc;

namespace ShimService.Rpc;

/// <summary>
/// A ttrpc client. ttrpc has no flow control between streams and no cancel of its own; towards our servers a call that
/// is given up is cancelled there too, others drop it when the channel closes.
/// </summary>
public sealed class TtrpcChannel : RpcChannel
{
    private readonly Socket _socket;
    private readonly string _peerName;
    private readonly TtrpcChannelOptions _options;
    private readonly FrameReader _reader;
    private readonly FrameWriter _writer;
    private readonly TaskCompletionSource _closed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Lock _lock = new();
    private readonly Dictionary<uint, ClientCall> _calls = [];
    private readonly Task _receiving;
    private TaskCompletionSource _another = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private uint _lastId;
    private bool _gone;

    /// <param name="socket">Connected; the channel's from now on.</param>
    /// <param name="peerName">For messages: the path of the socket.</param>
    public TtrpcChannel(Socket socket, string peerName, TtrpcChannelOptions? options = null)
    {
        _socket = socket;
        _peerName = peerName;
        _options = options ?? new();
        _reader = new(memory => _socket.ReceiveAsync(memory, SocketFlags.None), _options.MessageLimit);
        _writer = new(socket, _options.MessageLimit);
        _receiving = ReceiveAsync();
    }

    public override Task Closed => _closed.Task;

    internal TtrpcChannelOptions Options => _options;

    /// <summary>Errors: RpcException(Unavailable) where nobody listens; OperationCanceledException.</summary>
    public static Task<TtrpcChannel> ConnectAsync(string socketPath, CancellationToken cancel) =>
        ConnectAsync(socketPath, new TtrpcChannelOptions(), cancel);

    public static async Task<TtrpcChannel> ConnectAsync(
        string socketPath, TtrpcChannelOptions options, CancellationToken cancel) =>
        new(await UnixConnect.ConnectAsync(socketPath, options.Clock, cancel), socketPath, options);

    public override async Task<TRes> UnaryAsync<TReq, TRes>(
        string service,
        string method,
        TReq request,
        MessageParser<TRes> parser,
        RpcCallOptions options,
        CancellationToken cancel)
    {
        await using var call = new ClientCall(this, options, cancel);
        await call.OpenAsync(service, method, request, FrameFlags.None);
        return (TRes?)await call.ReadAsync(parser, call.Token) ?? throw RpcException.Internal(
            $"{service}/{method}: the server ended the call without an answer");
    }

    public override async IAsyncEnumerable<TRes> ServerStreamAsync<TReq, TRes>(
        string service,
        string method,
        TReq request,
        MessageParser<TRes> parser,
        RpcCallOptions options,
        [EnumeratorCancellation] CancellationToken cancel)
    {
        await using var call = new ClientCall(this, options, cancel);
        await call.OpenAsync(service, method, request, FrameFlags.RemoteClosed);
        while (await call.ReadAsync(parser, call.Token) is { } message)
        {
            yield return (TRes)message;
        }
    }

    public override RpcDuplexCall<TReq, TRes> Duplex<TReq, TRes>(
        string service, string method, MessageParser<TRes> parser, RpcCallOptions options, CancellationToken cancel) =>
        new TtrpcDuplexCall<TReq, TRes>(new ClientCall(this, options, cancel), service, method, parser);

    public override async ValueTask DisposeAsync()
    {
        _socket.Dispose();
        await _receiving;
        _writer.Dispose();
    }

    /// <summary>
    /// Takes the next id and sends the request in one turn: ids reach the server in order. Errors: RpcException.
    /// </summary>
    internal async Task OpenAsync(ClientCall call, Request request, FrameFlags flags, CancellationToken cancel)
    {
        Payload frame = _writer.Encode(0, FrameType.Request, flags, request);
        if (!await TrySendAsync(frame, Number, cancel))
        {
            throw Gone();
        }

        bool Number(Payload numbered)
        {
            lock (_lock)
            {
                if (_gone || _lastId > uint.MaxValue - 2)
                {
                    return false;
                }

                _lastId = _lastId == 0 ? 1 : _lastId + 2;
                call.StreamId = _lastId;
                _calls[_lastId] = call;
                _another.TrySetResult();
                FrameHeader header = FrameHeader.Read(numbered.Span);
                (header with { StreamId = _lastId }).Write(numbered.Span);
                return true;
            }
        }
    }

    internal async Task SendDataAsync(ClientCall call, FrameFlags flags, IMessage? message, CancellationToken cancel)
    {
        Payload frame = _writer.Encode(call.StreamId, FrameType.Data, flags, message);
        if (!await TrySendAsync(frame, _ => IsOpen(call), cancel))
        {
            throw call.Ended ?? Gone();
        }
    }

    /// <summary>The call is over on our side. What still comes for it is dropped. Never throws.</summary>
    internal async ValueTask ForgetAsync(ClientCall call)
    {
        lock (_lock)
        {
            if (call.StreamId == 0 || !_calls.Remove(call.StreamId))
            {
                return;
            }
        }

        Payload frame = _writer.Encode(call.StreamId, FrameType.Cancel, FrameFlags.None, null);
        ValueTask<bool> sent = TrySendAsync(frame, null, CancellationToken.None);
        if (sent.IsCompleted)
        {
            await sent;
        }
    }

    private bool IsOpen(ClientCall call)
    {
        lock (_lock)
        {
            return _calls.ContainsKey(call.StreamId);
        }
    }

    private async ValueTask<bool> TrySendAsync(Payload frame, Func<Payload, bool>? mayStill, CancellationToken cancel)
    {
        try
        {
            return await _writer.SendAsync(frame, mayStill, cancel);
        }
        catch (Exception error) when (error is SocketException or ObjectDisposedException)
        {
            _socket.Dispose();
            return false;
        }
    }

    private async Task ReceiveAsync()
    {
        await Task.Yield();
        try
        {
            while (await _reader.ReadAsync() is { } frame)
            {
                await SortAsync(frame);
            }
        }
        catch (Exception error) when (error is SocketException or ObjectDisposedException)
        {
            // The calls below are told.
        }
        finally
        {
            _socket.Dispose();
            ClientCall[] calls;
            lock (_lock)
            {
                _gone = true;
                calls = [.. _calls.Values];
                _calls.Clear();
            }

            foreach (ClientCall call in calls)
            {
                call.End(Gone());
            }

            _closed.TrySetResult();
        }
    }

    private async ValueTask SortAsync(Frame frame)
    {
        FrameHeader header = frame.Header;
        ClientCall? call;
        bool ends = frame.TooLarge || header.Type == FrameType.Response
            || (header.Type == FrameType.Data && header.Flags.HasFlag(FrameFlags.RemoteClosed));
        lock (_lock)
        {
            if (_calls.TryGetValue(header.StreamId, out call) && ends)
            {
                _calls.Remove(header.StreamId);
            }
        }

        if (call is null || header.Type is not (FrameType.Response or FrameType.Data))
        {
            frame.Payload.Return();
            return;
        }

        if (frame.TooLarge)
        {
            call.End(MessageCodec.TooLarge(header.Length, _options.MessageLimit));
        }
        else if (header.Type == FrameType.Response)
        {
            call.TakeResponse(frame.Payload);
        }
        else
        {
            await FeedAsync(call, frame);
        }
    }

    private async ValueTask FeedAsync(ClientCall call, Frame frame)
    {
        if (frame.Header.Flags.HasFlag(FrameFlags.NoData))
        {
            frame.Payload.Return();
        }
        else if (!call.TryAdd(frame.Payload))
        {
            if (!await MakeRoomAsync(call, frame.Payload))
            {
                frame.Payload.Return();
                call.End(RpcException.ResourceExhausted(
                    "STREAM_FULL", $"{_options.StreamBuffer} bytes wait in this stream and its reader takes none"));
                await ForgetAsync(call);
                return;
            }
        }

        if (frame.Header.Flags.HasFlag(FrameFlags.RemoteClosed))
        {
            call.End(null);
        }
    }

    // As long as no other call is there to suffer: the reader may be about to make one, and wait for its answer.
    private async ValueTask<bool> MakeRoomAsync(ClientCall call, Payload payload)
    {
        while (true)
        {
            Task another;
            lock (_lock)
            {
                if (_calls.Keys.Any(id => id != call.StreamId))
                {
                    return false;
                }

                if (_another.Task.IsCompleted)
                {
                    _another = new(TaskCreationOptions.RunContinuationsAsynchronously);
                }

                another = _another.Task;
            }

            if (call.TryAdd(payload))
            {
                return true;
            }

            await Task.WhenAny(call.WaitForRoomAsync(), another);
        }
    }

    private RpcException Gone() => RpcException.Unavailable($"the connection to {_peerName} is gone");
}
