using Google.Protobuf;

namespace ShimService.Rpc;

internal sealed class DuplexMethod<TReq, TRes>(
    string name, MessageParser<TReq> parser, Func<IRpcReader<TReq>, IRpcWriter<TRes>, RpcContext, Task> handler)
    : RpcMethod(name, MethodKind.Duplex, typeof(TReq), typeof(TRes))
    where TReq : class, IMessage<TReq>
    where TRes : class, IMessage<TRes>
{
    internal override Task RunAsync(IServerCall call, RpcContext context) =>
        handler(new CallReader<TReq>(call, parser), new CallWriter<TRes>(call), context);
}
