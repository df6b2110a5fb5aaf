using System.Net;

namespace ShimService.Rpc.Grpc;

/// <summary>A request whose messages come one by one: hands out its stream and stays open until told.</summary>
internal sealed class GrpcStreamContent : HttpContent
{
    private readonly TaskCompletionSource<Stream> _opened = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _complete = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public GrpcStreamContent() => Headers.TryAddWithoutValidation("content-type", "application/grpc");

    /// <summary>Where messages are written; faults where the call ends before it is open.</summary>
    public Task<Stream> Opened => _opened.Task;

    public void Complete() => _complete.TrySetResult();

    public void Fail(Exception error)
    {
        if (_opened.TrySetException(error))
        {
            // Whoever writes sees it; if nobody does, the reader has seen it.
            _ = _opened.Task.Exception;
        }
    }

    protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) =>
        SerializeToStreamAsync(stream, context, CancellationToken.None);

    protected override async Task SerializeToStreamAsync(
        Stream stream, TransportContext? context, CancellationToken cancellationToken)
    {
        // The headers go out before the first message: the server may speak first.
        await stream.FlushAsync(cancellationToken);
        _opened.TrySetResult(stream);
        await _complete.Task.WaitAsync(cancellationToken);
    }

    protected override bool TryComputeLength(out long length)
    {
        length = 0;
        return false;
    }
}
