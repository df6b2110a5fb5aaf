using ShimService.Contracts.V1;
using ShimService.Daemon.Registry;
using ShimService.Rpc;

namespace ShimService.Daemon.Verbs.Networks;

/// <summary>The init process whose network namespace is a container's.</summary>
internal static class InitOf
{
    /// <summary>Of a task of an earlier run: its pid, 0 when it has ended, and whether it was started.</summary>
    public static (int Pid, bool IsStarted) Recovered(TaskEntry entry)
    {
        var task = entry.Mirror.Read();
        var ended = entry.Ended.IsCompleted || task.State == TaskState.Stopped;
        return (ended ? 0 : (int)task.Pid, task.State != TaskState.Created);
    }

    /// <summary>Its pid; 0 when it has ended.</summary>
    public static async Task<int> FindAsync(TaskEntry entry, CancellationToken cancel)
    {
        if (entry.Ended.IsCompleted)
        {
            return 0;
        }

        var answer = await entry.Live("Get").AskAsync(
            "Get", new ShimContracts.GetRequest { Id = entry.Id }, ShimContracts.GetResponse.Parser, cancel);
        return answer.Task.State == TaskState.Stopped ? 0 : (int)answer.Task.Pid;
    }

    /// <summary>Errors: FailedPrecondition when it has ended, or has no network namespace of its own.</summary>
    public static async Task<int> RequireAsync(TaskEntry entry, string verb, CancellationToken cancel)
    {
        var pid = await FindAsync(entry, cancel);
        if (pid == 0)
        {
            throw RpcException.FailedPrecondition("WRONG_STATE", $"task {entry.Id}", "STOPPED", verb,
                $"{verb} task {entry.Id}: it is STOPPED; only a created or running one has a network namespace");
        }

        return SharesOurs(pid)
            ? throw RpcException.FailedPrecondition("HOST_NETWORK", $"task {entry.Id}", "", verb,
                $"{verb} task {entry.Id}: it is in the host's network namespace, which has the host's networks")
            : pid;
    }

    private static bool SharesOurs(int pid)
    {
        try
        {
            return new FileInfo($"/proc/{pid}/ns/net").LinkTarget == new FileInfo("/proc/self/ns/net").LinkTarget;
        }
        catch (IOException)
        {
            // It has ended meanwhile; the next step says so.
            return false;
        }
    }
}
