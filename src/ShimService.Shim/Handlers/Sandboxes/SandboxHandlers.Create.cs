using ShimService.Contracts.Containerd.Runtime.Sandbox.V1;
using ShimService.Rpc;
using ShimService.Shim.Handlers.Mapping;
using ShimService.Shim.Sandboxes;
using ShimService.Tasks.Errors;

namespace ShimService.Shim.Handlers.Sandboxes;

internal sealed partial class SandboxHandlers
{
    /// <summary>Made when it is started; everything about it is checked here.</summary>
    private Task<CreateSandboxResponse> CreateAsync(CreateSandboxRequest request, RpcContext context)
    {
        var id = Ids.Container(request.SandboxId).Value;
        if (request.Rootfs.Count > 0)
        {
            throw new TaskException(
                ErrorKind.Unimplemented, ErrorReason.UnsupportedField,
                "a root filesystem for a sandbox is not there in this version: nothing runs in it but its containers")
            {
                Field = "rootfs",
            };
        }

        sandboxes.Create(id, SandboxConfig.Read(request.Options), request.NetnsPath);
        return Task.FromResult(new CreateSandboxResponse());
    }
}
