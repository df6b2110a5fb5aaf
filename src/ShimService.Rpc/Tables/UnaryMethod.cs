using Google.Protobuf;

namespace ShimService.Rpc;

internal sealed class UnaryMethod<TReq, TRes>(
    string name, MessageParser<TReq> parser, Func<TReq, RpcContext, Task<TRes>> handler)
    : RpcMethod(name, MethodKind.Unary, typeof(TReq), typeof(TRes))
    where TReq : class, IMessage<TReq>
    where TRes : class, IMessage<TRes>
{
    internal override async Task RunAsync(IServerCall call, RpcContext context)
    {
        TReq request = await ReadOneAsync(call, parser, context);
        TRes response = await handler(request, context);
        await call.WriteAsync(response, context.Cancellation);
    }
}
