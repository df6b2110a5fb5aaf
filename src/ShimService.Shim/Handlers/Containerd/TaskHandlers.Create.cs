using ShimService.Contracts.Containerd.Task.V3;
using ShimService.Rpc;
using ShimService.Shim.Handlers.Mapping;
using ShimService.Tasks.Errors;
using ShimService.Tasks.Ports;

namespace ShimService.Shim.Handlers.Containerd;

internal sealed partial class TaskHandlers
{
    private async Task<CreateTaskResponse> CreateAsync(CreateTaskRequest request, RpcContext context)
    {
        if (request.Checkpoint.Length > 0)
        {
            throw NotThere("checkpoint", "restoring a checkpoint");
        }

        if (request.Options is { Value.IsEmpty: false } options)
        {
            throw NotThere("options", $"runtime options ({options.TypeUrl})");
        }

        if (!Path.IsPathRooted(request.Bundle))
        {
            throw new TaskException(
                ErrorKind.InvalidArgument,
                ErrorReason.InvalidArgument,
                $"bundle \"{request.Bundle}\" is not an absolute path")
            {
                Field = "bundle",
            };
        }

        var mounts = new List<RootfsMount>(request.Rootfs.Count);
        foreach (var mount in request.Rootfs)
        {
            mounts.Add(new RootfsMount(mount.Type, mount.Source, mount.Target, [.. mount.Options]));
        }

        var stdio = StdioForms.Read(request.Stdin, request.Stdout, request.Stderr, request.Terminal, context);
        var pid = await tasks.CreateAsync(
            new ContainerRequest(Ids.Container(request.Id), request.Bundle, mounts, stdio), context.Cancellation);
        return new CreateTaskResponse { Pid = (uint)pid.Value };
    }

    private static TaskException NotThere(string field, string what) =>
        new(ErrorKind.Unimplemented, ErrorReason.UnsupportedField, $"{what} is not there in this version")
        {
            Field = field,
        };
}
