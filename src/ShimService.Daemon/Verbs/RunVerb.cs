using ShimService.Contracts.V1;
using ShimService.Daemon.Registry;
using ShimService.Daemon.Services;
using ShimService.Daemon.Verbs.Creation;
using ShimService.Rpc;

namespace ShimService.Daemon.Verbs;

/// <summary>TaskService.Run: Create and Start; when Start fails the task is removed again.</summary>
internal sealed class RunVerb(TaskCreation creation, TaskRemoval removal)
{
    public async Task<RunResponse> RunAsync(CreateRequest request, RpcContext context)
    {
        var (pid, warnings) = await Detached.WaitAsync(CreateAndStartAsync(request), context);
        return new RunResponse { Pid = pid, Warnings = { warnings } };
    }

    private async Task<(uint Pid, IReadOnlyList<string> Warnings)> CreateAndStartAsync(CreateRequest request)
    {
        var created = await creation.CreateAsync(request);
        try
        {
            return ((await StartVerb.StartAsync(created.Entry)).Pid, created.Warnings);
        }
        catch (RpcException)
        {
            await UndoAsync(created.Entry);
            throw;
        }
    }

    private async Task UndoAsync(TaskEntry entry)
    {
        try
        {
            await removal.RemoveAsync(entry, Force.Yes);
        }
        catch (RpcException)
        {
            // The failed start is what the caller hears of; the task stays listed, to be deleted by hand.
        }
    }
}
