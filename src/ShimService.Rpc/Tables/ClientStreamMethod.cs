using Google.Protobuf;

namespace ShimService.Rpc;

internal sealed class ClientStreamMethod<TReq, TRes>(
    string name, MessageParser<TReq> parser, Func<IRpcReader<TReq>, RpcContext, Task<TRes>> handler)
    : RpcMethod(name, MethodKind.ClientStream, typeof(TReq), typeof(TRes))
    where TReq : class, IMessage<TReq>
    where TRes : class, IMessage<TRes>
{
    internal override async Task RunAsync(IServerCall call, RpcContext context)
    {
        TRes response = await handler(new CallReader<TReq>(call, parser), context);
        await call.WriteAsync(response, context.Cancellation);
    }
}
