using ShimService.Contracts.Containerd.Task.V3;
using ShimService.Rpc;
using ShimService.Shim.Handlers.Mapping;
using ShimService.Tasks.Errors;
using ShimService.Tasks.Ports;
using ShimService.Tasks.Values;
using ShimService.Tasks.Views;

namespace ShimService.Shim.Handlers.Containerd;

internal sealed partial class TaskHandlers
{
    /// <summary>The pid stays the real one after the exit: containerd takes Start's pid from here.</summary>
    private Task<StateResponse> StateAsync(StateRequest request, RpcContext context)
    {
        var id = Ids.Container(request.Id);
        var task = tasks.Get(id);
        if (Ids.Process(request.ExecId) is not { } execId)
        {
            var state = State(task, task.Stdio, task.Pid, task.Exit);
            state.Status = Statuses.ToContainerd(task.Status);
            return Task.FromResult(state);
        }

        foreach (var exec in task.Execs)
        {
            if (exec.Id == execId)
            {
                var state = State(task, exec.Stdio, exec.Pid, exec.Exit);
                state.ExecId = execId.Value;
                state.Status = Statuses.ToContainerd(exec.Status);
                return Task.FromResult(state);
            }
        }

        throw new TaskException(
            ErrorKind.NotFound, ErrorReason.UnknownExec, $"container \"{id}\" has no exec \"{execId}\"");
    }

    private static StateResponse State(TaskView task, StdioRequest stdio, Pid? pid, ProcessExit? exit) => new()
    {
        Id = task.Id.Value,
        Bundle = task.Bundle,
        Pid = (uint)(pid?.Value ?? 0),
        Stdin = stdio.Stdin,
        Stdout = stdio.Stdout,
        Stderr = stdio.Stderr,
        Terminal = stdio.Terminal,
        ExitStatus = (uint)(exit?.Status ?? 0),
        ExitedAt = exit is null ? Times.Never : Times.Of(exit.At),
    };
}
