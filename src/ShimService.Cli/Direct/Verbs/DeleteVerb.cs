using System.CommandLine;

namespace ShimService.Cli.Direct.Verbs;

/// <summary>delete: removes a stopped or created container; --force one that runs, too.</summary>
internal static class DeleteVerb
{
    public static Command Create()
    {
        Argument<string> id = DirectVerb.Id();
        var force = new Option<bool>("--force", "-f") { Description = "kill it first; no error where it is not" };
        return DirectVerb.Create("delete", "delete a container", [id, force], async (session, parsed, cancel) =>
        {
            await DirectDelete.RunAsync(session.State, parsed.GetValue(id)!, parsed.GetValue(force), cancel);
            return 0;
        });
    }
}
