using Google.Protobuf.WellKnownTypes;
using ShimService.Contracts.V1;
using ShimService.Daemon.Events;
using ShimService.Daemon.Registry;
using ShimService.Daemon.Shims;
using ShimService.Network;
using ShimService.Rpc;
using ShimService.Tasks.Errors;
using V3 = ShimService.Contracts.Containerd.Task.V3;

namespace ShimService.Daemon.Verbs;

/// <summary>Removes tasks: in the shim, then from the registry and the disk. Every way to delete ends here.</summary>
internal sealed class TaskRemoval(
    TaskRegistry registry, ShimPool pool, NetworkManager networks, EventLog log, TimeProvider time, ILogger<TaskRemoval> logger)
{
    /// <summary>Errors: the shim's; FailedPrecondition when it runs and force is no.</summary>
    public async Task<DeleteResponse> RemoveAsync(TaskEntry entry, Force force)
    {
        if (entry.Ended.IsCompleted)
        {
            await ReleaseNetworksAsync(entry);
            return RemoveEnded(entry, await entry.Ended);
        }

        var shim = entry.Live("Delete");
        try
        {
            var answer = force == Force.Yes ? await ForceAsync(shim, entry.Id) : await PlainAsync(shim, entry.Id);
            await ReleaseNetworksAsync(entry);
            Forget(entry, shim);
            return answer;
        }
        catch (RpcException error) when (error.Code == RpcStatusCode.NotFound && entry.IsMade)
        {
            await ReleaseNetworksAsync(entry);
            Forget(entry, shim);
            throw;
        }
    }

    /// <summary>
    /// While the id is still taken. What cannot be taken away keeps its record for the next start; the task goes.
    /// </summary>
    public async Task ReleaseNetworksAsync(TaskEntry entry)
    {
        try
        {
            await networks.ReleaseAsync(entry.Id);
        }
        catch (TaskException error)
        {
            logger.NetworkLeft(error, entry.Id);
        }
    }

    /// <summary>
    /// The shim holds nothing of this task any more: frees the id, and the shim of this one task once.
    /// </summary>
    public void Forget(TaskEntry entry, Shim? shim)
    {
        if (registry.Remove(entry) && shim is not null)
        {
            pool.Release(shim);
        }
    }

    /// <summary>
    /// Removes a task whose shim died; its clean-up is done, so all that is owed is the delete event.
    /// </summary>
    public DeleteResponse RemoveEnded(TaskEntry entry, TaskMessage final)
    {
        registry.Remove(entry, () =>
        {
            if (final.CreatedAt is not null)
            {
                log.Append("", 0, new Event
                {
                    Timestamp = time.GetUtcNow().ToTimestamp(),
                    Topic = Topics.Delete,
                    ContainerId = entry.Id,
                    Pid = final.Pid,
                    ExitStatus = final.ExitStatus,
                    ExitedAt = final.ExitedAt,
                });
            }
        });
        return new DeleteResponse { Pid = final.Pid, ExitStatus = final.ExitStatus, ExitedAt = final.ExitedAt };
    }

    private static async Task<DeleteResponse> PlainAsync(Shim shim, string id)
    {
        var answer = await shim.TaskAsync(
            "Delete", new V3.DeleteRequest { Id = id }, V3.DeleteResponse.Parser, CancellationToken.None);
        return new DeleteResponse { Pid = answer.Pid, ExitStatus = answer.ExitStatus, ExitedAt = answer.ExitedAt };
    }

    private static async Task<DeleteResponse> ForceAsync(Shim shim, string id)
    {
        var answer = await shim.AskAsync("ForceDelete", new ShimContracts.ForceDeleteRequest { Id = id },
            ShimContracts.ForceDeleteResponse.Parser, CancellationToken.None);
        return new DeleteResponse { Pid = answer.Pid, ExitStatus = answer.ExitStatus, ExitedAt = answer.ExitedAt };
    }
}
