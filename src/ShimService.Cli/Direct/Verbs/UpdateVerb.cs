using System.CommandLine;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using ShimService.Contracts.Containerd.Task.V3;

namespace ShimService.Cli.Direct.Verbs;

/// <summary>update: changes the limits of a container; what is not typed stays.</summary>
internal static class UpdateVerb
{
    private const string ResourcesType = "types.containerd.io/opencontainers/runtime-spec/1/LinuxResources";

    public static Command Create()
    {
        var options = new UpdateOptions();
        return DirectVerb.Create("update", "change limits", options.Symbols, async (session, parsed, cancel) =>
        {
            if (parsed.GetValue(options.KernelMemory) is not null)
            {
                session.Log.Warn("--kernel-memory has no effect: the kernel has no such limit any more");
            }

            var request = new UpdateTaskRequest
            {
                Id = parsed.GetValue(options.Id)!,
                Resources = new Any
                {
                    TypeUrl = ResourcesType,
                    Value = ByteString.CopyFrom(UpdatedResources.Of(options, parsed)),
                },
            };
            await using DirectShim shim = await DirectShim.ConnectAsync(session.State, request.Id, cancel);
            await shim.TaskAsync("Update", request, Empty.Parser, cancel);
            return 0;
        });
    }
}
