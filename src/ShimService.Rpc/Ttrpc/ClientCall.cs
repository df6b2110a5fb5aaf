using Google.Protobuf;
using ShimService.Contracts.Ttrpc;

namespace ShimService.Rpc.Ttrpc;

/// <summary>One call of a channel: what has arrived for it, and until when it waits.</summary>
internal sealed class ClientCall : IAsyncDisposable
{
    private readonly TtrpcChannel _channel;
    private readonly RpcCallOptions _options;
    private readonly CancellationToken _cancel;
    private readonly CancellationTokenSource? _timer;
    private readonly PayloadQueue _answers;
    private bool _answered;

    public ClientCall(TtrpcChannel channel, RpcCallOptions options, CancellationToken cancel)
    {
        _channel = channel;
        _options = options;
        _cancel = cancel;
        Token = cancel;
        _answers = new(channel.Options.StreamBuffer);
        if (options.Timeout is { } timeout)
        {
            _timer = CancellationTokenSource.CreateLinkedTokenSource(cancel);
            CallTimeout.Start(_timer, timeout);
            Token = _timer.Token;
        }
    }

    /// <summary>0 until the request is sent.</summary>
    public uint StreamId { get; set; }

    /// <summary>The caller's token, or the call's own limit.</summary>
    public CancellationToken Token { get; }

    /// <summary>How the call has failed, if it has.</summary>
    public RpcException? Ended { get; private set; }

    public async Task OpenAsync(string service, string method, IMessage? message, FrameFlags flags)
    {
        var request = new Request
        {
            Service = service,
            Method = method,
            Payload = message?.ToByteString() ?? ByteString.Empty,
            TimeoutNano = CallTimeout.ToNanoseconds(_options.Timeout),
        };
        foreach ((string key, string value) in _options.Metadata)
        {
            request.Metadata.Add(new KeyValue { Key = key, Value = value });
        }

        try
        {
            await _channel.OpenAsync(this, request, flags, Token);
        }
        catch (OperationCanceledException)
        {
            throw Cancelled();
        }
    }

    public async Task SendAsync(FrameFlags flags, IMessage? message, CancellationToken cancel)
    {
        try
        {
            Token.ThrowIfCancellationRequested();
            await _channel.SendDataAsync(this, flags, message, cancel);
        }
        catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
        {
            throw Cancelled();
        }
    }

    /// <summary>The next answer; null at the end. Errors: the call's.</summary>
    public async ValueTask<IMessage?> ReadAsync(MessageParser parser, CancellationToken cancel)
    {
        try
        {
            if (await _answers.TakeAsync(cancel) is not { } payload)
            {
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
        catch (OperationCanceledException) when (Token.IsCancellationRequested)
        {
            throw Cancelled();
        }
    }

    /// <summary>False: the reader is behind and the payload is still the caller's.</summary>
    public bool TryAdd(Payload payload)
    {
        _answered = true;
        return _answers.TryAdd(payload);
    }

    public Task WaitForRoomAsync() => _answers.WaitForRoomAsync();

    /// <summary>The frame that ends unary calls, client streams, and whatever has failed.</summary>
    public void TakeResponse(Payload payload)
    {
        try
        {
            Response response = Response.Parser.ParseFrom(payload.Span);
            RpcException? error = RpcException.FromStatus(response.Status);
            if (error is null && (!_answered || !response.Payload.IsEmpty))
            {
                Payload answer = Payload.Rent(response.Payload.Length);
                response.Payload.Span.CopyTo(answer.Span);
                if (!_answers.TryAdd(answer))
                {
                    answer.Return();
                    error = RpcException.ResourceExhausted("STREAM_FULL", "no room for the last answer of this stream");
                }
            }

            End(error);
        }
        catch (InvalidProtocolBufferException malformed)
        {
            End(RpcException.Internal($"the server's response does not parse: {malformed.Message}", malformed));
        }
        finally
        {
            payload.Return();
        }
    }

    public void End(RpcException? error)
    {
        Ended ??= error ?? RpcException.Canceled("the server has ended the call");
        _answers.Complete(error);
    }

    public async ValueTask DisposeAsync()
    {
        await _channel.ForgetAsync(this);
        _answers.Abandon();
        _timer?.Dispose();
    }

    private Exception Cancelled() => _cancel.IsCancellationRequested
        ? new OperationCanceledException("the call was cancelled", _cancel)
        : RpcException.DeadlineExceeded($"no answer within {_options.Timeout}");
}
