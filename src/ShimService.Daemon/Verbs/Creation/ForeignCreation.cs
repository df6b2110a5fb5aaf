using ShimService.Contracts.Containerd.Task.V3;
using ShimService.Daemon.Shims;
using ShimService.Tasks.Values;

namespace ShimService.Daemon.Verbs.Creation;

/// <summary>Create of containerd's Task service: the caller's bundle and the caller's stdio.</summary>
internal sealed class ForeignCreation(TaskCreation creation)
{
    public async Task<CreateTaskResponse> CreateAsync(CreateTaskRequest request)
    {
        EngineOption.Refuse(request.Options);
        var id = ContainerId.Parse(request.Id, "id");
        var source = BundleSource.Read(request.Bundle, openStdin: request.Stdin.Length > 0) with
        {
            Terminal = request.Terminal,
        };
        var created = await creation.CreateAsync(id, GroupKey.Default, source, (_, bundle) =>
        {
            var forwarded = request.Clone();
            forwarded.Bundle = bundle;
            return forwarded;
        });
        return new CreateTaskResponse { Pid = created.Pid };
    }
}
