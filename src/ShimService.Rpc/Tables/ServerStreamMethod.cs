using Google.Protobuf;

namespace ShimService.Rpc;

internal sealed class ServerStreamMethod<TReq, TRes>(
    string name, MessageParser<TReq> parser, Func<TReq, IRpcWriter<TRes>, RpcContext, Task> handler)
    : RpcMethod(name, MethodKind.ServerStream, typeof(TReq), typeof(TRes))
    where TReq : class, IMessage<TReq>
    where TRes : class, IMessage<TRes>
{
    internal override async Task RunAsync(IServerCall call, RpcContext context)
    {
        TReq request = await ReadOneAsync(call, parser, context);
        await handler(request, new CallWriter<TRes>(call), context);
    }
}
