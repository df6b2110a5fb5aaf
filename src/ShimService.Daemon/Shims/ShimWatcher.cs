using System.Collections.Concurrent;
using System.Threading.Channels;
using ShimService.Daemon.Events;
using ShimService.Daemon.Registry;
using ShimService.Rpc;

namespace ShimService.Daemon.Shims;

/// <summary>
/// One loop per shim: takes its events into the node's log, acknowledges them, and notices when it dies.
/// <code>
/// shim ── event n ──▶ log.Append (written) ──▶ registry.Observe ──▶ AcknowledgeEvents(n), in groups
/// </code>
/// The log knows the last event of each shim, so a broken connection or a restart of shimd resumes where it was.
/// </summary>
internal sealed class ShimWatcher(
    EventLog log, TaskRegistry registry, ShimConnector connector, TimeProvider time, ILogger<ShimWatcher> logger)
    : IAsyncDisposable
{
    private static readonly TimeSpan AcknowledgeGroup = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan RetryAfter = TimeSpan.FromSeconds(1);

    private readonly ConcurrentDictionary<Shim, Task> _loops = new();
    private readonly CancellationTokenSource _stopping = new();

    /// <summary>Called once for each shim that died, in its loop; set before the first Watch.</summary>
    public Func<Shim, Task>? Died { get; set; }

    public void Watch(Shim shim) => _loops.GetOrAdd(shim, WatchAsync);

    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        await Task.WhenAll(_loops.Values);
        _stopping.Dispose();
    }

    private async Task WatchAsync(Shim shim)
    {
        await Task.Yield();
        try
        {
            do
            {
                await FollowAsync(shim);
            }
            while (!shim.IsRetired && !_stopping.IsCancellationRequested && await ReconnectAsync(shim));

            if (!shim.IsRetired && !_stopping.IsCancellationRequested && Died is not null)
            {
                logger.ShimDied(shim.Name, shim.Process.Pid);
                await Died(shim);
            }
        }
        catch (OperationCanceledException) when (_stopping.IsCancellationRequested)
        {
            // shimd stops; the shim and its containers run on.
        }
        catch (Exception error)
        {
            logger.ShimLoopFailed(error, shim.Name);
        }
        finally
        {
            _loops.TryRemove(shim, out _);
        }
    }

    // Until the connection is gone.
    private async Task FollowAsync(Shim shim)
    {
        using var connection = CancellationTokenSource.CreateLinkedTokenSource(_stopping.Token);
        var recorded = Channel.CreateBounded<ulong>(
            new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropOldest });
        var acknowledging = AcknowledgeAsync(shim, recorded.Reader, connection.Token);
        while (!shim.Channel.Closed.IsCompleted && !_stopping.IsCancellationRequested)
        {
            try
            {
                await RecordAsync(shim, recorded.Writer, connection.Token);
            }
            catch (Exception error) when (error is RpcException or IOException)
            {
                if (!shim.Channel.Closed.IsCompleted)
                {
                    logger.EventsInterrupted(error, shim.Name);
                    await Task.WhenAny(shim.Channel.Closed, Task.Delay(RetryAfter, time, connection.Token));
                }
            }
        }

        await connection.CancelAsync();
        await acknowledging;
    }

    private async Task RecordAsync(Shim shim, ChannelWriter<ulong> recorded, CancellationToken cancel)
    {
        await using var channel = await shim.OpenAsync(cancel);
        await foreach (var message in Shim.WatchEventsAsync(channel, log.LastOf(shim.Name), cancel))
        {
            var shimSequence = message.Sequence;
            if (log.Append(shim.Name, shimSequence, message))
            {
                registry.Observe(shim, message);
            }

            recorded.TryWrite(shimSequence);
        }

        await shim.Channel.Closed.WaitAsync(cancel);
    }

    private async Task AcknowledgeAsync(Shim shim, ChannelReader<ulong> recorded, CancellationToken cancel)
    {
        try
        {
            while (await recorded.WaitToReadAsync(cancel))
            {
                await Task.Delay(AcknowledgeGroup, time, cancel);
                if (recorded.TryRead(out var sequence))
                {
                    await AcknowledgeAsync(shim, sequence, cancel);
                }
            }
        }
        catch (OperationCanceledException)
        {
            // The connection is gone: what is not acknowledged is sent again, and recognised.
        }
    }

    private async Task AcknowledgeAsync(Shim shim, ulong sequence, CancellationToken cancel)
    {
        try
        {
            await shim.AskAsync("AcknowledgeEvents", new ShimContracts.AcknowledgeEventsRequest { Sequence = sequence },
                ShimContracts.AcknowledgeEventsResponse.Parser, cancel);
        }
        catch (RpcException error)
        {
            logger.AcknowledgeFailed(error, shim.Name);
        }
    }

    private async Task<bool> ReconnectAsync(Shim shim)
    {
        var channel = await connector.TryConnectAsync(shim.Directory, _stopping.Token);
        if (channel is null)
        {
            return false;
        }

        logger.ShimReconnected(shim.Name);
        shim.Replace(channel);
        return true;
    }
}
