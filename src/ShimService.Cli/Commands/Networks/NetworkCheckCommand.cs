using System.CommandLine;
using ShimService.Contracts.V1;

namespace ShimService.Cli.Commands.Networks;

/// <summary>network check: fails with what is wrong.</summary>
internal static class NetworkCheckCommand
{
    public static Command Create()
    {
        var id = new Argument<string>("container") { Description = "the container" };
        return Verb.Create(
            "check", "say whether a container's networks are as they were made", [id], async (session, parsed, cancel) =>
            {
                await session.Daemon.NetworkAsync(
                    "Check", new CheckRequest { ContainerId = parsed.GetValue(id)! }, CheckResponse.Parser, cancel);
                return 0;
            });
    }
}
