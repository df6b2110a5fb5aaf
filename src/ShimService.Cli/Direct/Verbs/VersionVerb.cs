using System.CommandLine;

namespace ShimService.Cli.Direct.Verbs;

/// <summary>version: ours, and the specification's we follow.</summary>
internal static class VersionVerb
{
    public static Command Create() =>
        DirectVerb.Create("version", "print versions", [], (session, _, _) =>
        {
            session.Output.Line($"shimctl version {typeof(VersionVerb).Assembly.GetName().Version?.ToString(3)}");
            session.Output.Line($"spec: {OciState.OciVersion}");
            return Task.FromResult(0);
        });
}
