using System.CommandLine;

namespace ShimService.Cli.Direct.Verbs;

/// <summary>create: a container up to the point where its program waits for start.</summary>
internal static class CreateVerb
{
    public static Command Create()
    {
        var options = new LaunchOptions();
        return DirectVerb.Create(
            "create", "create a container; start starts it", options.Symbols, async (session, parsed, cancel) =>
            {
                LaunchRequest request = options.Read(parsed, session, LaunchMode.Detached);
                await using DirectShim shim = await DirectLaunch.CreateAsync(session, request, cancel);
                return 0;
            });
    }
}
