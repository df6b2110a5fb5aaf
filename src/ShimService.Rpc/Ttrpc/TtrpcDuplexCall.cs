using System.Runtime.CompilerServices;
using Google.Protobuf;

namespace ShimService.Rpc.Ttrpc;

/// <summary>Opened by its first write, completion or read: a request frame must come before all else.</summary>
internal sealed class TtrpcDuplexCall<TReq, TRes>(
    ClientCall call, string service, string method, MessageParser<TRes> parser) : RpcDuplexCall<TReq, TRes>
    where TReq : class, IMessage<TReq>
    where TRes : class, IMessage<TRes>
{
    private readonly Lock _lock = new();
    private Task? _opened;

    public override async ValueTask WriteAsync(TReq message, CancellationToken cancel)
    {
        await OpenAsync();
        await call.SendAsync(FrameFlags.None, message, cancel);
    }

    public override async ValueTask CompleteAsync(CancellationToken cancel)
    {
        await OpenAsync();
        await call.SendAsync(FrameFlags.RemoteClosed | FrameFlags.NoData, null, cancel);
    }

    public override async IAsyncEnumerable<TRes> ReadAllAsync([EnumeratorCancellation] CancellationToken cancel)
    {
        await OpenAsync();
        using CancellationTokenSource? both = cancel.CanBeCanceled
            ? CancellationTokenSource.CreateLinkedTokenSource(cancel, call.Token)
            : null;
        while (await call.ReadAsync(parser, both?.Token ?? call.Token) is { } message)
        {
            yield return (TRes)message;
        }
    }

    public override ValueTask DisposeAsync() => call.DisposeAsync();

    private Task OpenAsync()
    {
        lock (_lock)
        {
            return _opened ??= call.OpenAsync(service, method, null, FrameFlags.RemoteOpen);
        }
    }
}
