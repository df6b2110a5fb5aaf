using System.Threading.Channels;
using ShimService.Contracts.V1;
using ShimService.Daemon.Logs;
using ShimService.Daemon.Registry;
using ShimService.Daemon.Services;
using ShimService.Daemon.Shims;
using ShimService.Rpc;

namespace ShimService.Daemon.Verbs.Streams;

/// <summary>
/// TaskService.Logs. Every byte comes from the log file, so nothing is lost and nothing is told twice, however slow
/// the reader is. While it follows, an attachment to the process is only the bell: it rings when there is more in
/// the file, and its end means that the process's output has ended.
/// </summary>
internal sealed class LogsVerb(TaskRegistry registry, StopSignal stop)
{
    private static readonly TimeSpan SettleLimit = TimeSpan.FromMilliseconds(250);

    public Task RunAsync(LogsRequest request, IRpcWriter<LogsResponse> writer, RpcContext context)
    {
        var entry = registry.Require(request.Id);
        var path = entry.LogOf(ExecIds.Check(request.ExecId));
        return stop.RunAsync(context, async cancel =>
        {
            using var reading = entry.Readers.Enter();
            using var cursor = LogCursor.TryOpen(path, request.Since) ?? throw NoLog(entry, request.ExecId);
            if (request.TailLines > 0)
            {
                cursor.SkipToTail(request.TailLines);
            }

            if (request.Follow)
            {
                await FollowAsync(entry, request.ExecId, cursor, writer, cancel);
            }
            else if (await HasExitedAsync(entry, request.ExecId, cancel))
            {
                await SettleAsync(entry, request.ExecId, cancel);
            }

            await DrainAsync(cursor, writer, cancel);
        });
    }

    private static async Task<bool> HasExitedAsync(TaskEntry entry, string execId, CancellationToken cancel)
    {
        if (entry.Ended.IsCompleted)
        {
            return false;
        }

        try
        {
            var answer = await entry.Live("Logs").AskAsync("Get", new ShimContracts.GetRequest { Id = entry.Id },
                ShimContracts.GetResponse.Parser, cancel);
            return execId.Length == 0
                ? answer.Task.State == TaskState.Stopped
                : answer.Task.Execs.Any(exec => exec.ExecId == execId && exec.State == TaskState.Stopped);
        }
        catch (RpcException)
        {
            // What is in the file is told all the same.
            return false;
        }
    }

    // An exit is told when it happens; what the process wrote last may still be on its way to the file. A process
    // that it left behind may hold the output open: that one is not waited for.
    private static async Task SettleAsync(TaskEntry entry, string execId, CancellationToken cancel)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        limit.CancelAfter(SettleLimit);
        var bell = Channel.CreateBounded<bool>(
            new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });
        await RingAsync(entry, execId, bell.Writer, limit.Token);
    }

    private static async Task FollowAsync(
        TaskEntry entry, string execId, LogCursor cursor, IRpcWriter<LogsResponse> writer, CancellationToken cancel)
    {
        await DrainAsync(cursor, writer, cancel);
        var bell = Channel.CreateBounded<bool>(
            new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });
        using var leaving = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        var ringing = RingAsync(entry, execId, bell.Writer, leaving.Token);
        try
        {
            await foreach (var _ in bell.Reader.ReadAllAsync(cancel))
            {
                await DrainAsync(cursor, writer, cancel);
            }
        }
        finally
        {
            await leaving.CancelAsync();
            await ringing;
        }
    }

    // Ends the channel when the output has ended, however that came.
    private static async Task RingAsync(
        TaskEntry entry, string execId, ChannelWriter<bool> bell, CancellationToken cancel)
    {
        try
        {
            if (!entry.Ended.IsCompleted)
            {
                await using var call = Shim.Attach(entry.Live("Logs").Channel, cancel);
                await call.WriteAsync(new ShimContracts.AttachRequest { Id = entry.Id, ExecId = execId }, cancel);
                await CompleteAsync(call, cancel);
                await foreach (var _ in call.ReadAllAsync(cancel))
                {
                    bell.TryWrite(true);
                }
            }
        }
        catch (RpcException error) when (error.Code == RpcStatusCode.Unavailable)
        {
            // The shim is gone; what the process wrote until then is in the file.
        }
        catch (RpcException error) when (error.Code is RpcStatusCode.NotFound or RpcStatusCode.FailedPrecondition)
        {
            // Stopped, and its output has ended.
        }
        catch (OperationCanceledException)
        {
            // The reader left.
        }
        finally
        {
            bell.TryComplete();
        }
    }

    // There is no input. A call that has ended already takes no such word; reading it tells how it ended.
    private static async Task CompleteAsync(
        RpcDuplexCall<ShimContracts.AttachRequest, ShimContracts.AttachResponse> call, CancellationToken cancel)
    {
        try
        {
            await call.CompleteAsync(cancel);
        }
        catch (RpcException)
        {
            // See above.
        }
    }

    private static async Task DrainAsync(LogCursor cursor, IRpcWriter<LogsResponse> writer, CancellationToken cancel)
    {
        var pieces = new List<LogsResponse>();
        while (cursor.Read(pieces))
        {
            foreach (var piece in pieces)
            {
                await writer.WriteAsync(piece, cancel);
            }

            pieces.Clear();
        }
    }

    private static RpcException NoLog(TaskEntry entry, string execId) => execId.Length == 0
        ? RpcException.NotFound("NO_LOG", $"task {entry.Id} has no log: who created it took its output")
        : RpcException.NotFound("UNKNOWN_EXEC", $"there is no log of an exec {execId} in task {entry.Id}");
}
