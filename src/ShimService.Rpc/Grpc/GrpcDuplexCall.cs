using System.Runtime.CompilerServices;
using Google.Protobuf;

namespace ShimService.Rpc.Grpc;

internal sealed class GrpcDuplexCall<TReq, TRes> : RpcDuplexCall<TReq, TRes>
    where TReq : class, IMessage<TReq>
    where TRes : class, IMessage<TRes>
{
    private readonly GrpcClientCall _call;
    private readonly MessageParser<TRes> _parser;
    private readonly GrpcStreamContent _content = new();
    private readonly Task _answered;

    public GrpcDuplexCall(GrpcClientCall call, MessageParser<TRes> parser)
    {
        _call = call;
        _parser = parser;
        _answered = OpenAsync();
    }

    public override async ValueTask WriteAsync(TReq message, CancellationToken cancel)
    {
        ReadOnlyMemory<byte> frame = _call.Encode(message);
        Stream stream = await _content.Opened.WaitAsync(cancel);
        try
        {
            await stream.WriteAsync(frame, cancel);
            await stream.FlushAsync(cancel);
        }
        catch (Exception error) when (error is IOException or ObjectDisposedException or InvalidOperationException)
        {
            // The server has ended the call: how, its answer says.
            throw await EndAsync() ?? RpcException.Canceled("the server has ended the call");
        }
    }

    public override async ValueTask CompleteAsync(CancellationToken cancel)
    {
        await _content.Opened.WaitAsync(cancel);
        _content.Complete();
    }

    public override async IAsyncEnumerable<TRes> ReadAllAsync([EnumeratorCancellation] CancellationToken cancel)
    {
        using CancellationTokenSource? both = cancel.CanBeCanceled
            ? CancellationTokenSource.CreateLinkedTokenSource(cancel, _call.Token)
            : null;
        CancellationToken token = both?.Token ?? _call.Token;
        await _answered.WaitAsync(token);
        while (await _call.ReadAsync(_parser, token) is { } message)
        {
            yield return (TRes)message;
        }
    }

    public override async ValueTask DisposeAsync()
    {
        await _call.DisposeAsync();
        _content.Complete();
        await EndAsync();
    }

    private async Task OpenAsync()
    {
        try
        {
            await _call.OpenAsync(_content);
        }
        catch (Exception error)
        {
            _content.Fail(error);
            throw;
        }
    }

    private async Task<RpcException?> EndAsync()
    {
        try
        {
            await _answered;
            return null;
        }
        catch (RpcException error)
        {
            return error;
        }
        catch (OperationCanceledException)
        {
            return null;
        }
    }
}
