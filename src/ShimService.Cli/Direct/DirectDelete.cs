using ShimService.Contracts.V1;
using DeleteRequest = ShimService.Contracts.Containerd.Task.V3.DeleteRequest;
using DeleteResponse = ShimService.Contracts.Containerd.Task.V3.DeleteResponse;
using Task = System.Threading.Tasks.Task;

namespace ShimService.Cli.Direct;

/// <summary>
/// delete --root: the container, its shim and its directory. As runc: what was only created goes without --force,
/// what runs needs it, and --force of something unknown is fine.
/// </summary>
internal static class DirectDelete
{
    public static async Task RunAsync(DirectState state, string id, bool force, CancellationToken cancel)
    {
        if (force && !state.Exists(id))
        {
            return;
        }

        state.MustExist(id);
        DirectShim? connected = await DirectShim.TryConnectAsync(state.Socket(id), cancel);
        if (connected is null)
        {
            if (!force)
            {
                throw new CliException(
                    $"the shim of container {id} is gone; delete --force {id} cleans up", ExitStatus.RuncStyle);
            }

            await ShimProcess.DeleteAsync(id, state.Directory(id), cancel);
            state.Remove(id);
            return;
        }

        await using DirectShim shim = connected;
        TaskState now = (await shim.GetAsync(id, cancel)).State;
        if (now is TaskState.Running or TaskState.Paused && !force)
        {
            throw new CliException(
                $"cannot delete container {id} that is not stopped: {OciState.Word(now)}", ExitStatus.RuncStyle);
        }

        if (now == TaskState.Stopped)
        {
            await shim.TaskAsync("Delete", new DeleteRequest { Id = id }, DeleteResponse.Parser, cancel);
        }
        else
        {
            await shim.ForceDeleteAsync(id, cancel);
        }

        await shim.ShutdownAsync(id, cancel);
        state.Remove(id);
    }
}
