using System.Runtime.CompilerServices;
using Google.Protobuf;

namespace ShimService.Rpc;

internal sealed class CallReader<T>(IServerCall call, MessageParser<T> parser) : IRpcReader<T>
    where T : class, IMessage<T>
{
    public async IAsyncEnumerable<T> ReadAllAsync([EnumeratorCancellation] CancellationToken cancel)
    {
        while (await call.ReadAsync(parser, cancel) is { } message)
        {
            yield return (T)message;
        }
    }
}
