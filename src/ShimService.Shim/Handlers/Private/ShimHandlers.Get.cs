using ShimService.Contracts.Shim.V1;
using ShimService.Rpc;
using ShimService.Shim.Handlers.Mapping;
using ShimService.Tasks.Views;
using Exec = ShimService.Contracts.V1.Exec;
using WireTask = ShimService.Contracts.V1.Task;

namespace ShimService.Shim.Handlers.Private;

internal sealed partial class ShimHandlers
{
    private Task<GetResponse> GetAsync(GetRequest request, RpcContext context) =>
        System.Threading.Tasks.Task.FromResult(new GetResponse
        {
            Task = Describe(tasks.Get(Ids.Container(request.Id))),
        });

    private WireTask Describe(TaskView view)
    {
        var task = new WireTask
        {
            Id = view.Id.Value,
            State = Statuses.ToState(view.Status),
            Pid = (uint)(view.Pid?.Value ?? 0),
            CreatedAt = Times.Of(view.CreatedAt),
            StartedAt = view.StartedAt is { } started ? Times.Of(started) : null,
            OomKilled = view.OomKilled,
            Bundle = view.Bundle,
            Terminal = view.Stdio.Terminal,
            ShimPid = (uint)Environment.ProcessId,
            Group = group,
        };
        if (view.Exit is { } exit)
        {
            task.ExitStatus = (uint)exit.Status;
            task.ExitedAt = Times.Of(exit.At);
        }

        task.Args.AddRange(view.Args);
        foreach (var exec in view.Execs)
        {
            task.Execs.Add(Describe(exec));
        }

        return task;
    }

    private static Exec Describe(ExecView view)
    {
        var exec = new Exec
        {
            ExecId = view.Id.Value,
            State = Statuses.ToState(view.Status),
            Pid = (uint)(view.Pid?.Value ?? 0),
            StartedAt = view.StartedAt is { } started ? Times.Of(started) : null,
            Terminal = view.Stdio.Terminal,
        };
        if (view.Exit is { } exit)
        {
            exec.ExitStatus = (uint)exit.Status;
            exec.ExitedAt = Times.Of(exit.At);
        }

        exec.Args.AddRange(view.Args);
        return exec;
    }
}
