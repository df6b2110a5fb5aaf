using ShimService.Cli.Output;

namespace ShimService.Cli.Direct;

/// <summary>state --root.</summary>
internal static class DirectShow
{
    public static async Task<int> RunAsync(
        DirectState state, string id, OutputWriter output, CancellationToken cancel)
    {
        await using DirectShim shim = await DirectShim.ConnectAsync(state, id, cancel);
        output.Line(OciState.Of(await shim.GetAsync(id, cancel)));
        return 0;
    }
}
