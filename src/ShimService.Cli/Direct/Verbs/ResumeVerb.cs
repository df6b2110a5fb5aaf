using System.CommandLine;
using Google.Protobuf.WellKnownTypes;
using ShimService.Contracts.Containerd.Task.V3;

namespace ShimService.Cli.Direct.Verbs;

/// <summary>resume: lets a paused container's processes go on.</summary>
internal static class ResumeVerb
{
    public static Command Create()
    {
        Argument<string> id = DirectVerb.Id();
        return DirectVerb.Create(
            "resume", "let a paused container's processes go on", [id], async (session, parsed, cancel) =>
            {
                string container = parsed.GetValue(id)!;
                await using DirectShim shim = await DirectShim.ConnectAsync(session.State, container, cancel);
                await shim.TaskAsync("Resume", new ResumeRequest { Id = container }, Empty.Parser, cancel);
                return 0;
            });
    }
}
