using System.CommandLine;
using ShimService.Contracts.Containerd.Task.V3;

namespace ShimService.Cli.Direct.Verbs;

/// <summary>start: lets a created container's program run.</summary>
internal static class StartVerb
{
    public static Command Create()
    {
        Argument<string> id = DirectVerb.Id();
        return DirectVerb.Create("start", "start a created container", [id], async (session, parsed, cancel) =>
        {
            string container = parsed.GetValue(id)!;
            await using DirectShim shim = await DirectShim.ConnectAsync(session.State, container, cancel);
            await shim.TaskAsync("Start", new StartRequest { Id = container }, StartResponse.Parser, cancel);
            return 0;
        });
    }
}
