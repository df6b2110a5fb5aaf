using System.Buffers;
using System.Net;
using System.Net.Http.Headers;
using Google.Protobuf;

namespace ShimService.Rpc.Grpc;

/// <summary>One call of a channel: an HTTP/2 stream.</summary>
internal sealed class GrpcClientCall : IAsyncDisposable
{
    private readonly GrpcChannel _channel;
    private readonly RpcCallOptions _options;
    private readonly CancellationToken _cancel;
    private readonly CancellationTokenSource _over;
    private readonly HttpRequestMessage _request;
    private readonly byte[] _prefix = new byte[GrpcFrames.PrefixSize];
    private HttpResponseMessage? _response;
    private Stream? _body;
    private bool _gzip;

    public GrpcClientCall(
        GrpcChannel channel, string service, string method, RpcCallOptions options, CancellationToken cancel)
    {
        _channel = channel;
        _options = options;
        _cancel = cancel;
        _over = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        Token = _over.Token;
        _request = channel.NewRequest(service, method, options);
        if (options.Timeout is { } timeout)
        {
            CallTimeout.Start(_over, timeout);
        }
    }

    /// <summary>The caller's token, the call's own limit, and the end of the call.</summary>
    public CancellationToken Token { get; }

    public async Task OpenAsync(HttpContent content)
    {
        _request.Content = content;
        try
        {
            _response = await _channel.SendAsync(_request, Token);
            if (_response.StatusCode != HttpStatusCode.OK)
            {
                throw StatusOf(_response.Headers) ?? new RpcException(
                    GrpcStatus.FromHttp((int)_response.StatusCode),
                    $"HTTP status {(int)_response.StatusCode} instead of a gRPC answer");
            }

            _gzip = GrpcEncoding.IsGzip(First(_response.Headers, GrpcEncoding.Header));
            _body = await _response.Content.ReadAsStreamAsync(Token);
        }
        catch (OperationCanceledException) when (Token.IsCancellationRequested)
        {
            throw Cancelled();
        }
    }

    /// <summary>One message with its prefix.</summary>
    public ReadOnlyMemory<byte> Encode(IMessage message)
    {
        int size = message.CalculateSize();
        if (size > _channel.Options.MessageLimit)
        {
            throw MessageCodec.TooLarge(size, _channel.Options.MessageLimit);
        }

        return _channel.Options.Gzip ? GrpcEncoding.Pack(message) : GrpcEncoding.Plain(message);
    }

    /// <summary>The next message; null when the call has ended well. Errors: the call's.</summary>
    public async ValueTask<IMessage?> ReadAsync(MessageParser parser, CancellationToken cancel)
    {
        try
        {
            Stream body = _body ?? throw new InvalidOperationException("the call is not open");
            int got = await body.ReadAtLeastAsync(_prefix, _prefix.Length, throwOnEndOfStream: false, cancel);
            if (got == 0)
            {
                return EndOf(_response!) is { } error ? throw error : null;
            }

            if (got < _prefix.Length)
            {
                throw RpcException.Internal("the answer ends inside a message");
            }

            (bool compressed, int length) = GrpcFrames.ReadPrefix(_prefix, _channel.Options.MessageLimit);
            byte[] message = ArrayPool<byte>.Shared.Rent(length);
            try
            {
                await body.ReadExactlyAsync(message.AsMemory(0, length), cancel);
                var bytes = new ReadOnlySequence<byte>(message, 0, length);
                return MessageCodec.Parse(parser, compressed ? Unpack(bytes) : bytes);
            }
            finally
            {
                ArrayPool<byte>.Shared.Return(message);
            }
        }
        catch (OperationCanceledException) when (Token.IsCancellationRequested)
        {
            throw Cancelled();
        }
        catch (Exception error) when (error is IOException or HttpRequestException)
        {
            throw _cancel.IsCancellationRequested || Token.IsCancellationRequested
                ? Cancelled()
                : _channel.Translate(error);
        }
    }

    /// <summary>Resets the stream if it is still open.</summary>
    public async ValueTask DisposeAsync()
    {
        await _over.CancelAsync();
        _response?.Dispose();
        _request.Dispose();
        _over.Dispose();
    }

    private ReadOnlySequence<byte> Unpack(ReadOnlySequence<byte> message) => _gzip
        ? GrpcEncoding.Unpack(message, _channel.Options.MessageLimit)
        : throw RpcException.Internal("an answer is marked as compressed but there is no grpc-encoding");

    private static RpcException? EndOf(HttpResponseMessage response)
    {
        HttpResponseHeaders headers =
            First(response.TrailingHeaders, GrpcStatus.StatusHeader) is null
                ? response.Headers
                : response.TrailingHeaders;
        return First(headers, GrpcStatus.StatusHeader) is null
            ? RpcException.Internal("the answer ended without a grpc-status")
            : StatusOf(headers);
    }

    private static RpcException? StatusOf(HttpResponseHeaders headers) =>
        First(headers, GrpcStatus.StatusHeader) is { } status
            ? GrpcStatus.Parse(
                status, First(headers, GrpcStatus.MessageHeader), First(headers, GrpcStatus.DetailsHeader))
            : null;

    private static string? First(HttpResponseHeaders headers, string name) =>
        headers.NonValidated.TryGetValues(name, out HeaderStringValues values) ? values.ToString() : null;

    private Exception Cancelled() => _cancel.IsCancellationRequested
        ? new OperationCanceledException("the call was cancelled", _cancel)
        : RpcException.DeadlineExceeded($"no answer within {_options.Timeout}");
}
