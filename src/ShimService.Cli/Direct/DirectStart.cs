using ShimService.Contracts.Containerd.Task.V3;

namespace ShimService.Cli.Direct;

/// <summary>start --root.</summary>
internal static class DirectStart
{
    public static async Task<int> RunAsync(DirectState state, string id, CancellationToken cancel)
    {
        await using DirectShim shim = await DirectShim.ConnectAsync(state, id, cancel);
        await shim.TaskAsync("Start", new StartRequest { Id = id }, StartResponse.Parser, cancel);
        return 0;
    }
}
