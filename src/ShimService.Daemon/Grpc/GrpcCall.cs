using System.Buffers;
using System.IO.Pipelines;
using Google.Protobuf;
using ShimService.Rpc;
using ShimService.Rpc.Grpc;

namespace ShimService.Daemon.Grpc;

/// <summary>
/// One HTTP/2 stream as a call. Kestrel reuses the stream's objects once the request has ended, so a handler that is
/// still running past its deadline must not touch them: every read and write holds a turn, and
/// <see cref="DisposeAsync"/> lets no other begin.
/// </summary>
internal sealed class GrpcCall(HttpContext http, CancellationTokenSource cancel, bool gzip, int limit)
    : IServerCall, IAsyncDisposable
{
    private readonly SemaphoreSlim _reading = new(1, 1);
    private readonly SemaphoreSlim _writing = new(1, 1);
    private readonly CancellationToken _over = cancel.Token;
    private readonly CancellationToken _aborted = http.RequestAborted;
    private volatile bool _ended;

    public bool CallerGone => _aborted.IsCancellationRequested;

    public async ValueTask<IMessage?> ReadAsync(MessageParser parser, CancellationToken cancel)
    {
        using Scope scope = await EnterAsync(_reading, cancel);
        PipeReader body = http.Request.BodyReader;
        while (true)
        {
            ReadResult read = await ReadAsync(body, scope.Token);
            ReadOnlySequence<byte> buffer = read.Buffer;
            if (GrpcFrames.TryCut(ref buffer, limit, out bool compressed, out ReadOnlySequence<byte> message))
            {
                IMessage parsed = MessageCodec.Parse(parser, compressed ? Unpack(message) : message);
                body.AdvanceTo(buffer.Start);
                return parsed;
            }

            bool cut = !buffer.IsEmpty;
            body.AdvanceTo(buffer.Start, buffer.End);
            if (read.IsCompleted)
            {
                return cut ? throw RpcException.Internal("the request ends inside a message") : null;
            }
        }
    }

    public async ValueTask WriteAsync(IMessage message, CancellationToken cancel)
    {
        int size = message.CalculateSize();
        if (size > limit)
        {
            throw MessageCodec.TooLarge(size, limit);
        }

        using Scope scope = await EnterAsync(_writing, cancel);
        scope.Token.ThrowIfCancellationRequested();

        // As the request came, so goes the answer: most clients accept gzip only because their library can.
        if (gzip && !http.Response.HasStarted)
        {
            http.Response.Headers[GrpcEncoding.Header] = GrpcEncoding.Gzip;
        }

        PipeWriter body = http.Response.BodyWriter;
        if (gzip)
        {
            ReadOnlyMemory<byte> packed = GrpcEncoding.Pack(message);
            body.Write(packed.Span);
        }
        else
        {
            GrpcFrames.WritePrefix(body.GetSpan(GrpcFrames.PrefixSize), compressed: false, size);
            body.Advance(GrpcFrames.PrefixSize);
            message.WriteTo(body);
        }

        await body.FlushAsync(scope.Token);
    }

    /// <summary>The result is known: waits for a read or write under way.</summary>
    public async ValueTask DisposeAsync()
    {
        _ended = true;
        foreach (SemaphoreSlim turn in (SemaphoreSlim[])[_reading, _writing])
        {
            await turn.WaitAsync();
            turn.Release();
        }
    }

    private ReadOnlySequence<byte> Unpack(ReadOnlySequence<byte> message) => gzip
        ? GrpcEncoding.Unpack(message, limit)
        : throw RpcException.Internal("a message is marked as compressed but there is no grpc-encoding");

    private async ValueTask<ReadResult> ReadAsync(PipeReader body, CancellationToken token)
    {
        try
        {
            return await body.ReadAsync(token);
        }
        catch (IOException)
        {
            // Reset or gone: Kestrel tells the token a little later.
            await cancel.CancelAsync();
            throw new OperationCanceledException("the caller has gone", _over);
        }
    }

    private async ValueTask<Scope> EnterAsync(SemaphoreSlim turn, CancellationToken cancel)
    {
        await turn.WaitAsync(cancel);
        if (_ended)
        {
            turn.Release();
            throw new OperationCanceledException("the call is over", _over);
        }

        return new(turn, cancel, _over);
    }

    /// <summary>One turn, and the token that ends it: the handler's and the call's.</summary>
    private readonly struct Scope : IDisposable
    {
        private readonly SemaphoreSlim _turn;
        private readonly CancellationTokenSource? _both;

        public Scope(SemaphoreSlim turn, CancellationToken cancel, CancellationToken over)
        {
            _turn = turn;
            _both = cancel.CanBeCanceled && cancel != over
                ? CancellationTokenSource.CreateLinkedTokenSource(cancel, over)
                : null;
            Token = _both?.Token ?? over;
        }

        public CancellationToken Token { get; }

        public void Dispose()
        {
            _both?.Dispose();
            _turn.Release();
        }
    }
}
