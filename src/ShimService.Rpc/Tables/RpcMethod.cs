using Google.Protobuf;

namespace ShimService.Rpc;

/// <summary>A row of a <see cref="ServiceTable"/>: name, kind, parser and handler.</summary>
/// <remarks>
/// Handlers throw <see cref="RpcException"/> to choose how the call ends; anything else they throw ends it with
/// Internal. They may run on any thread, and many at once.
/// </remarks>
public abstract class RpcMethod
{
    private protected RpcMethod(string name, MethodKind kind, Type requestType, Type responseType)
    {
        Name = name;
        Kind = kind;
        RequestType = requestType;
        ResponseType = responseType;
    }

    /// <summary>Bare name: "Create".</summary>
    public string Name { get; }

    public MethodKind Kind { get; }

    public Type RequestType { get; }

    public Type ResponseType { get; }

    internal bool OnPool { get; private set; }

    public static RpcMethod Unary<TReq, TRes>(
        string name, MessageParser<TReq> parser, Func<TReq, RpcContext, Task<TRes>> handler)
        where TReq : class, IMessage<TReq>
        where TRes : class, IMessage<TRes> =>
        new UnaryMethod<TReq, TRes>(name, parser, handler);

    public static RpcMethod ServerStream<TReq, TRes>(
        string name, MessageParser<TReq> parser, Func<TReq, IRpcWriter<TRes>, RpcContext, Task> handler)
        where TReq : class, IMessage<TReq>
        where TRes : class, IMessage<TRes> =>
        new ServerStreamMethod<TReq, TRes>(name, parser, handler);

    public static RpcMethod ClientStream<TReq, TRes>(
        string name, MessageParser<TReq> parser, Func<IRpcReader<TReq>, RpcContext, Task<TRes>> handler)
        where TReq : class, IMessage<TReq>
        where TRes : class, IMessage<TRes> =>
        new ClientStreamMethod<TReq, TRes>(name, parser, handler);

    public static RpcMethod Duplex<TReq, TRes>(
        string name, MessageParser<TReq> parser, Func<IRpcReader<TReq>, IRpcWriter<TRes>, RpcContext, Task> handler)
        where TReq : class, IMessage<TReq>
        where TRes : class, IMessage<TRes> =>
        new DuplexMethod<TReq, TRes>(name, parser, handler);

    /// <summary>
    /// Its handler wakes another thread and works on beside it. Such a handler runs on the pool even where an
    /// <see cref="IReceiver"/> could run it: the thread that a client has woken is on the client's processor, and so
    /// would be the one it wakes, behind it (seen with Linux 6.18 on two processors: 0.3 ms of a Create).
    /// </summary>
    public RpcMethod RunOnPool()
    {
        OnPool = true;
        return this;
    }

    /// <summary>Reads the request, runs the handler, writes its answers. Throws what the handler throws.</summary>
    internal abstract Task RunAsync(IServerCall call, RpcContext context);

    /// <summary>The one message of a call whose client sends one.</summary>
    private protected static async ValueTask<TReq> ReadOneAsync<TReq>(
        IServerCall call, MessageParser<TReq> parser, RpcContext context)
        where TReq : class, IMessage<TReq>
    {
        IMessage? request = await call.ReadAsync(parser, context.Cancellation);
        return (TReq?)request ?? throw RpcException.Create(
            RpcStatusCode.InvalidArgument,
            "NO_REQUEST",
            $"{context.Service}/{context.Method} was called without its request message");
    }
}
