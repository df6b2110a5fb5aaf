using ShimService.Contracts.V1;
using ShimService.Daemon.Logs;
using ShimService.Daemon.Registry;
using ShimService.Daemon.Services;
using ShimService.Daemon.Shims;
using ShimService.Rpc;
using ShimCall = ShimService.Rpc.RpcDuplexCall<
    ShimService.Contracts.Shim.V1.AttachRequest, ShimService.Contracts.Shim.V1.AttachResponse>;

namespace ShimService.Daemon.Verbs.Streams;

/// <summary>
/// TaskService.Attach: a bridge to the shim's Attach.
/// <code>
/// client ── id, stdin, resize ──▶ shimd ── the same ──▶ shim
/// client ◀── log[0, n) ── shimd ◀── n = log_bytes ───── shim     with_log: what was before the attachment,
/// client ◀── output ───── shimd ◀── output ──────────── shim     then what comes: no gap, nothing twice
/// </code>
/// </summary>
internal sealed class AttachVerb(TaskRegistry registry, StopSignal stop)
{
    public Task RunAsync(IRpcReader<AttachRequest> reader, IRpcWriter<AttachResponse> writer, RpcContext context) =>
        stop.RunAsync(context, async cancel =>
        {
            // Ends the reading of input when the output is over; an enumerator cannot be left in the middle of a move.
            using var leaving = CancellationTokenSource.CreateLinkedTokenSource(cancel);
            await using var requests = reader.ReadAllAsync(leaving.Token).GetAsyncEnumerator(leaving.Token);
            if (!await requests.MoveNextAsync())
            {
                throw RpcException.InvalidArgument(
                    "id", "the first message of Attach names the process: it is missing");
            }

            var first = requests.Current;
            var entry = registry.Require(first.Id);
            ExecIds.Check(first.ExecId);
            using var reading = entry.Readers.Enter();
            await using var channel = await entry.Live("Attach").OpenAsync(cancel);
            await using var call = Shim.Attach(channel, cancel);
            await call.WriteAsync(Forwarded(first), cancel);
            var sending = SendAsync(requests, call, leaving.Token);
            try
            {
                await ReceiveAsync(call, first.WithLog ? entry.LogOf(first.ExecId) : null, writer, cancel);
            }
            finally
            {
                await leaving.CancelAsync();
                await sending;
            }
        });

    private static async Task SendAsync(
        IAsyncEnumerator<AttachRequest> requests, ShimCall call, CancellationToken cancel)
    {
        try
        {
            while (await requests.MoveNextAsync())
            {
                await call.WriteAsync(Forwarded(requests.Current), cancel);
            }

            await call.CompleteAsync(cancel);
        }
        catch (Exception error) when (error is OperationCanceledException or RpcException)
        {
            // The call is over, and its end reaches the client by the way of the output.
        }
    }

    private static async Task ReceiveAsync(
        ShimCall call, string? log, IRpcWriter<AttachResponse> writer, CancellationToken cancel)
    {
        var isFirst = true;
        await foreach (var response in call.ReadAllAsync(cancel))
        {
            if (isFirst && log is not null)
            {
                await SendLogAsync(log, (long)response.LogBytes, writer, cancel);
            }

            isFirst = false;
            if (response.Data.Length > 0)
            {
                await writer.WriteAsync(
                    new AttachResponse { Stream = response.Stream, Data = response.Data }, cancel);
            }
        }
    }

    private static async Task SendLogAsync(
        string path, long end, IRpcWriter<AttachResponse> writer, CancellationToken cancel)
    {
        using var cursor = LogCursor.TryOpen(path, null);
        var pieces = new List<LogsResponse>();
        while (cursor?.Read(pieces, end) == true)
        {
            foreach (var piece in pieces)
            {
                await writer.WriteAsync(new AttachResponse { Stream = piece.Stream, Data = piece.Data }, cancel);
            }

            pieces.Clear();
        }
    }

    private static ShimContracts.AttachRequest Forwarded(AttachRequest request) => new()
    {
        Id = request.Id,
        ExecId = request.ExecId,
        Stdin = request.Stdin,
        CloseStdin = request.CloseStdin,
        Resize = request.Resize,
    };
}
