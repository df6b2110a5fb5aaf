using System.Threading.Channels;
using ShimService.Daemon.Registry;
using ShimService.Rpc;

namespace ShimService.Daemon.Verbs;

/// <summary>
/// Deletes the tasks that are to go with their exit. An exit is told by the shim's event, by the shim's funeral, or
/// found when shimd starts; whoever attached or follows the log then has a while to read the rest.
/// </summary>
internal sealed class AutoRemoval(TaskRemoval removal, TimeProvider time, ILogger<AutoRemoval> logger)
{
    private static readonly TimeSpan ReadersLimit = TimeSpan.FromSeconds(10);

    private readonly Channel<TaskEntry> _exited = Channel.CreateUnbounded<TaskEntry>();

    /// <summary>Told of every init process that has exited. Any thread; never blocks.</summary>
    public void Tell(TaskEntry entry)
    {
        if (entry.Record?.AutoRemove == true)
        {
            _exited.Writer.TryWrite(entry);
        }
    }

    /// <summary>Until it is stopped; removals under way are finished, those that still wait for readers are left.</summary>
    public async Task RunAsync(CancellationToken stop)
    {
        var running = new HashSet<Task>();
        try
        {
            await foreach (var entry in _exited.Reader.ReadAllAsync(stop))
            {
                running.RemoveWhere(static one => one.IsCompleted);
                running.Add(RemoveAsync(entry, stop));
            }
        }
        catch (OperationCanceledException)
        {
            // shimd stops; the next one finds what has exited.
        }

        await Task.WhenAll(running);
    }

    private async Task RemoveAsync(TaskEntry entry, CancellationToken stop)
    {
        try
        {
            using var timer = CancellationTokenSource.CreateLinkedTokenSource(stop);
            await Task.WhenAny(entry.Readers.NoneAsync(), Task.Delay(ReadersLimit, time, timer.Token));
            await timer.CancelAsync();
            if (!stop.IsCancellationRequested)
            {
                await removal.RemoveAsync(entry, Force.No);
            }
        }
        catch (RpcException error) when (error.Code == RpcStatusCode.NotFound)
        {
            // Somebody was quicker.
        }
        catch (Exception error) when (error is RpcException or IOException)
        {
            logger.AutoRemoveFailed(error, entry.Id);
        }
    }
}
