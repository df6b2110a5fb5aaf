using System.CommandLine;
using ShimService.Cli.Arguments;
using ShimService.Cli.Output;
using ShimService.Contracts.V1;

namespace ShimService.Cli.Commands;

/// <summary>update: changes the limits of a container; what is not typed stays.</summary>
internal static class UpdateCommand
{
    public static Command Create()
    {
        var options = new ContainerOptions();
        var id = new Argument<string>("id") { Description = "container" };
        return Verb.Create(
            "update",
            "change limits",
            [
                id, options.Memory, options.MemorySwap, options.Cpus, options.CpuShares, options.CpusetCpus,
                options.PidsLimit, .. options.Limits.Symbols,
            ],
            async (session, parsed, cancel) =>
            {
                var request = new UpdateRequest
                {
                    Id = parsed.GetValue(id)!, Resources = ResourceRequests.Changes(options, parsed),
                };
                UpdateResponse answer =
                    await session.Daemon.TaskAsync("Update", request, UpdateResponse.Parser, cancel);
                Warnings.Tell(answer.Warnings);
                if (session.Output.Json)
                {
                    session.Output.Message(answer);
                }

                return 0;
            });
    }
}
