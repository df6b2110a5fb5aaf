using System.CommandLine;
using Google.Protobuf.WellKnownTypes;
using ShimService.Contracts.Containerd.Task.V3;

namespace ShimService.Cli.Direct.Verbs;

/// <summary>pause: stops every process of a container where it is.</summary>
internal static class PauseVerb
{
    public static Command Create()
    {
        Argument<string> id = DirectVerb.Id();
        return DirectVerb.Create(
            "pause", "stop every process of a container where it is", [id], async (session, parsed, cancel) =>
            {
                string container = parsed.GetValue(id)!;
                await using DirectShim shim = await DirectShim.ConnectAsync(session.State, container, cancel);
                await shim.TaskAsync("Pause", new PauseRequest { Id = container }, Empty.Parser, cancel);
                return 0;
            });
    }
}
