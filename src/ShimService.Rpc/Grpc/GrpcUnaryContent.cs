using System.Net;

namespace ShimService.Rpc.Grpc;

/// <summary>A request of one message.</summary>
internal sealed class GrpcUnaryContent : HttpContent
{
    private readonly ReadOnlyMemory<byte> _frame;

    public GrpcUnaryContent(ReadOnlyMemory<byte> frame)
    {
        _frame = frame;
        Headers.TryAddWithoutValidation("content-type", "application/grpc");
    }

    protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) =>
        stream.WriteAsync(_frame, CancellationToken.None).AsTask();

    protected override Task SerializeToStreamAsync(
        Stream stream, TransportContext? context, CancellationToken cancellationToken) =>
        stream.WriteAsync(_frame, cancellationToken).AsTask();

    // Unsaid on purpose: gRPC has no content-length.
    protected override bool TryComputeLength(out long length)
    {
        length = 0;
        return false;
    }
}
