using Google.Protobuf.WellKnownTypes;
using ShimService.Contracts.V1;
using KillRequest = ShimService.Contracts.Containerd.Task.V3.KillRequest;

namespace ShimService.Cli.Direct;

/// <summary>kill --root.</summary>
internal static class DirectKill
{
    public static async Task<int> RunAsync(
        DirectState state, string id, Signal signal, bool all, CancellationToken cancel)
    {
        await using DirectShim shim = await DirectShim.ConnectAsync(state, id, cancel);
        var request = new KillRequest { Id = id, Signal = (uint)signal, All = all };
        await shim.TaskAsync("Kill", request, Empty.Parser, cancel);
        return 0;
    }
}
