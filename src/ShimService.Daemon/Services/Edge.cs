using Google.Protobuf;
using ShimService.Daemon.Errors;
using ShimService.Oci;
using ShimService.Rpc;
using ShimService.Tasks.Errors;

namespace ShimService.Daemon.Services;

/// <summary>Rows of shimd's tables: the domain's errors leave through one translation.</summary>
internal static class Edge
{
    public static RpcMethod Unary<TRequest, TResponse>(
        string name, MessageParser<TRequest> parser, Func<TRequest, RpcContext, Task<TResponse>> handler)
        where TRequest : class, IMessage<TRequest>
        where TResponse : class, IMessage<TResponse> =>
        RpcMethod.Unary<TRequest, TResponse>(name, parser, async (request, context) =>
        {
            try
            {
                return await handler(request, context);
            }
            catch (TaskException error)
            {
                throw TaskErrors.ToRpc(error);
            }
            catch (SpecException error)
            {
                throw TaskErrors.ToRpc(error);
            }
            catch (DaemonException error)
            {
                throw RpcException.Unavailable(error.Message, error);
            }
        });

    public static RpcMethod ServerStream<TRequest, TResponse>(
        string name, MessageParser<TRequest> parser, Func<TRequest, IRpcWriter<TResponse>, RpcContext, Task> handler)
        where TRequest : class, IMessage<TRequest>
        where TResponse : class, IMessage<TResponse> =>
        RpcMethod.ServerStream<TRequest, TResponse>(name, parser, async (request, writer, context) =>
        {
            try
            {
                await handler(request, writer, context);
            }
            catch (TaskException error)
            {
                throw TaskErrors.ToRpc(error);
            }
        });

    public static RpcMethod Duplex<TRequest, TResponse>(
        string name,
        MessageParser<TRequest> parser,
        Func<IRpcReader<TRequest>, IRpcWriter<TResponse>, RpcContext, Task> handler)
        where TRequest : class, IMessage<TRequest>
        where TResponse : class, IMessage<TResponse> =>
        RpcMethod.Duplex<TRequest, TResponse>(name, parser, async (reader, writer, context) =>
        {
            try
            {
                await handler(reader, writer, context);
            }
            catch (TaskException error)
            {
                throw TaskErrors.ToRpc(error);
            }
        });
}
