using Google.Protobuf;
using ShimService.Rpc;
using ShimService.Tasks.Errors;

namespace ShimService.Shim.Handlers.Mapping;

/// <summary>Rows of a service table whose handlers speak the domain's errors.</summary>
internal static class Guarded
{
    public static RpcMethod Unary<TReq, TRes>(
        string name,
        MessageParser<TReq> parser,
        Func<TReq, RpcContext, Task<TRes>> handler,
        ErrorDetails details = ErrorDetails.Full)
        where TReq : class, IMessage<TReq>
        where TRes : class, IMessage<TRes> =>
        RpcMethod.Unary(name, parser, async (TReq request, RpcContext context) =>
        {
            try
            {
                return await handler(request, context);
            }
            catch (TaskException failure) when (details == ErrorDetails.None)
            {
                throw new RpcException(ErrorMapping.Code(failure.Kind), failure.Message, null, failure);
            }
            catch (RpcException failure) when (details == ErrorDetails.None)
            {
                throw new RpcException(failure.Code, failure.Message, null, failure);
            }
            catch (TaskException failure)
            {
                throw ErrorMapping.ToRpc(failure);
            }
        });

    public static RpcMethod ServerStream<TReq, TRes>(
        string name, MessageParser<TReq> parser, Func<TReq, IRpcWriter<TRes>, RpcContext, Task> handler)
        where TReq : class, IMessage<TReq>
        where TRes : class, IMessage<TRes> =>
        RpcMethod.ServerStream<TReq, TRes>(name, parser, async (request, writer, context) =>
        {
            try
            {
                await handler(request, writer, context);
            }
            catch (TaskException failure)
            {
                throw ErrorMapping.ToRpc(failure);
            }
        });

    public static RpcMethod Duplex<TReq, TRes>(
        string name, MessageParser<TReq> parser, Func<IRpcReader<TReq>, IRpcWriter<TRes>, RpcContext, Task> handler)
        where TReq : class, IMessage<TReq>
        where TRes : class, IMessage<TRes> =>
        RpcMethod.Duplex<TReq, TRes>(name, parser, async (reader, writer, context) =>
        {
            try
            {
                await handler(reader, writer, context);
            }
            catch (TaskException failure)
            {
                throw ErrorMapping.ToRpc(failure);
            }
        });
}
