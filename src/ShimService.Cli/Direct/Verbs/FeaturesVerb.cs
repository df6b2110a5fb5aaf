using System.CommandLine;

namespace ShimService.Cli.Direct.Verbs;

/// <summary>features: what the runtime can do, as the OCI features document.</summary>
internal static class FeaturesVerb
{
    public static Command Create() =>
        DirectVerb.Create("features", "print what the runtime can do as JSON", [], async (session, _, cancel) =>
        {
            await RuntimeFeatures.PrintAsync(session.Output, cancel);
            return 0;
        });
}
