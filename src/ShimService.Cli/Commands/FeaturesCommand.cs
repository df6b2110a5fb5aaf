using System.CommandLine;
using ShimService.Cli.Direct;

namespace ShimService.Cli.Commands;

/// <summary>features: what the runtime can do, as the OCI features document. Asks no shimd.</summary>
internal static class FeaturesCommand
{
    public static Command Create()
    {
        var command = new Command("features", "print what the runtime can do, as the OCI features document");
        command.SetAction((parsed, cancel) => Verb.GuardAsync(parsed, "features", ExitStatus.Of, async output =>
        {
            await RuntimeFeatures.PrintAsync(output, cancel);
            return 0;
        }));
        return command;
    }
}
