using Google.Protobuf;

namespace ShimService.Rpc;

internal sealed class CallWriter<T>(IServerCall call) : IRpcWriter<T>
    where T : class, IMessage<T>
{
    public ValueTask WriteAsync(T message, CancellationToken cancel) => call.WriteAsync(message, cancel);
}
