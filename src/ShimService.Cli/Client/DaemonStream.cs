using System.Runtime.CompilerServices;
using Google.Protobuf;
using ShimService.Cli.Attached;
using ShimService.Contracts.V1;
using ShimService.Rpc;
using Stream = ShimService.Contracts.V1.Stream;

namespace ShimService.Cli.Client;

/// <summary>An attachment served by shimd.</summary>
internal sealed class DaemonStream(RpcDuplexCall<AttachRequest, AttachResponse> call) : IAttachedStream
{
    public static async Task<IAttachedStream> OpenAsync(
        DaemonClient daemon, AttachRequest first, CancellationToken cancel)
    {
        RpcDuplexCall<AttachRequest, AttachResponse> call =
            daemon.TaskDuplex<AttachRequest, AttachResponse>("Attach", AttachResponse.Parser, cancel);
        await call.WriteAsync(first, cancel);
        return new DaemonStream(call);
    }

    public ValueTask SendAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancel) =>
        call.WriteAsync(new AttachRequest { Stdin = ByteString.CopyFrom(bytes.Span) }, cancel);

    public ValueTask CloseInputAsync(CancellationToken cancel) =>
        call.WriteAsync(new AttachRequest { CloseStdin = true }, cancel);

    public async IAsyncEnumerable<AttachedChunk> ReadAllAsync([EnumeratorCancellation] CancellationToken cancel)
    {
        await foreach (AttachResponse chunk in call.ReadAllAsync(cancel))
        {
            yield return new AttachedChunk(chunk.Stream == Stream.Stderr, chunk.Data.Memory);
        }
    }

    public ValueTask DisposeAsync() => call.DisposeAsync();
}
