using ShimService.Contracts.V1;
using ShimService.Daemon.Registry;
using ShimService.Daemon.Services;
using ShimService.Rpc;
using V3 = ShimService.Contracts.Containerd.Task.V3;

namespace ShimService.Daemon.Verbs;

/// <summary>TaskService.Start.</summary>
internal sealed class StartVerb(TaskRegistry registry)
{
    public async Task<StartResponse> RunAsync(StartRequest request, RpcContext context)
    {
        var started = await Detached.WaitAsync(StartAsync(registry.Require(request.Id)), context);
        return new StartResponse { Pid = started.Pid };
    }

    /// <summary>Starts the init process of a created task.</summary>
    public static Task<V3.StartResponse> StartAsync(TaskEntry entry) =>
        entry.Live("Start").TaskAsync(
            "Start", new V3.StartRequest { Id = entry.Id }, V3.StartResponse.Parser, CancellationToken.None);
}
