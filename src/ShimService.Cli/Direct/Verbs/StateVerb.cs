using System.CommandLine;

namespace ShimService.Cli.Direct.Verbs;

/// <summary>state: the OCI state of a container as JSON.</summary>
internal static class StateVerb
{
    public static Command Create()
    {
        Argument<string> id = DirectVerb.Id();
        return DirectVerb.Create(
            "state", "print a container's OCI state as JSON", [id], async (session, parsed, cancel) =>
            {
                string container = parsed.GetValue(id)!;
                await using DirectShim shim = await DirectShim.ConnectAsync(session.State, container, cancel);
                Contracts.V1.Task task = await shim.GetAsync(container, cancel);
                session.Output.Line(OciState.Of(task, await session.State.ReadConfigAsync(container, cancel)));
                return 0;
            });
    }
}
