using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using ShimService.Contracts.V1;
using ShimService.Daemon.Files;
using ShimService.Daemon.Registry;
using ShimService.Daemon.Services;
using ShimService.Daemon.Verbs.Creation;
using ShimService.Oci.Build;
using ShimService.Oci.Write;
using ShimService.Rpc;
using V3 = ShimService.Contracts.Containerd.Task.V3;

namespace ShimService.Daemon.Verbs;

/// <summary>TaskService.Update.</summary>
internal sealed class UpdateVerb(TaskRegistry registry, IBuildHost host)
{
    private const string ResourcesType = "types.containerd.io/opencontainers/runtime-spec/1/LinuxResources";

    public async Task<UpdateResponse> RunAsync(UpdateRequest request, RpcContext context)
    {
        var entry = registry.Require(request.Id);
        if (request.Resources is null)
        {
            throw RpcException.InvalidArgument("resources", "resources says what to change: it is missing");
        }

        var warnings = new List<string>();
        var asked = ReadAsked(entry);
        var limits = LimitsBuilder.Build(
            asked is null ? null : ResourceMapping.Map(asked), ResourceMapping.Map(request.Resources), host, warnings);
        var forwarded = new V3.UpdateTaskRequest
        {
            Id = entry.Id,
            Resources = new Any
            {
                TypeUrl = ResourcesType,
                Value = UnsafeByteOperations.UnsafeWrap(SpecWriter.Write(limits)),
            },
        };
        await Detached.WaitAsync(
            entry.Live("Update").TaskAsync("Update", forwarded, Empty.Parser, CancellationToken.None), context);
        if (asked is not null)
        {
            asked.MergeFrom(request.Resources);
            AtomicFile.Replace(entry.ResourcesPath, asked.ToByteArray());
        }

        return new UpdateResponse { Warnings = { warnings } };
    }

    // Of a bundle nobody knows what was asked for: the kernel alone says what goes.
    private static Resources? ReadAsked(TaskEntry entry)
    {
        if (entry.Record?.Bundle != entry.Directory)
        {
            return null;
        }

        return File.Exists(entry.ResourcesPath)
            ? Resources.Parser.ParseFrom(File.ReadAllBytes(entry.ResourcesPath))
            : new Resources();
    }
}
