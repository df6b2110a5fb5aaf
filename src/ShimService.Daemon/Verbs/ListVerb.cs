using ShimService.Contracts.V1;
using ShimService.Daemon.Registry;
using ShimService.Daemon.Shims;
using ShimService.Network;
using ShimService.Rpc;

namespace ShimService.Daemon.Verbs;

/// <summary>TaskService.List: asks every shim that holds tasks, all at once.</summary>
internal sealed class ListVerb(TaskRegistry registry, NetworkManager networks)
{
    public async Task<ListResponse> RunAsync(ListRequest request, RpcContext context)
    {
        var response = new ListResponse();
        var entries = registry.All;
        var shims =
            entries.Where(entry => !entry.Ended.IsCompleted).Select(entry => entry.Shim).OfType<Shim>().Distinct();
        var answers = await Task.WhenAll(shims.Select(shim => ListAsync(shim, context.Cancellation)));
        var listed = answers.SelectMany(tasks => tasks).ToDictionary(task => task.Id, StringComparer.Ordinal);
        foreach (var entry in entries.OrderBy(entry => entry.Id, StringComparer.Ordinal))
        {
            var task = entry.Ended.IsCompleted ? (await entry.Ended).Clone() : listed.GetValueOrDefault(entry.Id);
            if (task is not null && (request.States.Count == 0 || request.States.Contains(task.State)))
            {
                response.Tasks.Add(TaskView.Complete(task, entry, networks));
            }
        }

        return response;
    }

    private async Task<IReadOnlyList<TaskMessage>> ListAsync(Shim shim, CancellationToken cancel)
    {
        try
        {
            return await shim.ListAsync(cancel);
        }
        catch (RpcException error) when (error.Code == RpcStatusCode.Unavailable)
        {
            // It is dying: what the events told is the best there is until its tasks have been seen to.
            return [.. registry.OfShim(shim).Where(entry => entry.Mirror.WasCreated).Select(entry => entry.Mirror.Read())];
        }
    }
}
