using System.CommandLine;
using ShimService.Contracts.V1;

namespace ShimService.Cli.Commands;

/// <summary>version: ours and shimd's.</summary>
internal static class VersionCommand
{
    public static Command Create() =>
        Verb.Create("version", "print versions", [], async (session, _, cancel) =>
        {
            VersionResponse version =
                await session.Daemon.SystemAsync("Version", new VersionRequest(), VersionResponse.Parser, cancel);
            if (session.Output.Json)
            {
                session.Output.Message(version);
                return 0;
            }

            session.Output.Line($"shimctl   {typeof(VersionCommand).Assembly.GetName().Version?.ToString(3)}");
            session.Output.Line($"shimd     {version.Version} ({version.Runtime})");
            session.Output.Line($"OCI spec  {version.OciSpec}");
            return 0;
        });
}
