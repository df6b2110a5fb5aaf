using System.Runtime.CompilerServices;
using Google.Protobuf;
using ShimService.Cli.Attached;
using ShimService.Contracts.Shim.V1;
using ShimService.Rpc;
using Stream = ShimService.Contracts.V1.Stream;

namespace ShimService.Cli.Direct;

/// <summary>An attachment served by a shim itself.</summary>
internal sealed class DirectStream(RpcDuplexCall<AttachRequest, AttachResponse> call) : IAttachedStream
{
    public static async Task<IAttachedStream> OpenAsync(
        DirectShim shim, string id, string execId, CancellationToken cancel)
    {
        RpcDuplexCall<AttachRequest, AttachResponse> call = shim.Attach(cancel);
        await call.WriteAsync(new AttachRequest { Id = id, ExecId = execId }, cancel);
        return new DirectStream(call);
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
