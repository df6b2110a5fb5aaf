using Google.Protobuf.WellKnownTypes;
using ShimService.Contracts.Containerd.Task.V3;
using ShimService.Rpc;
using ShimService.Shim.Handlers.Mapping;
using ShimService.Tasks.Ports;

namespace ShimService.Shim.Handlers.Containerd;

internal sealed partial class TaskHandlers
{
    /// <summary>Adds the process; Start with its exec_id launches it.</summary>
    private async Task<Empty> ExecAsync(ExecProcessRequest request, RpcContext context)
    {
        var process = Payloads.Json(request.Spec, "Process", "spec");
        var stdio = StdioForms.Read(request.Stdin, request.Stdout, request.Stderr, request.Terminal, context);
        var exec = new ExecRequest(Ids.Exec(request.ExecId), process, stdio) { Args = ProcessArgs.Read(process.Span) };
        await tasks.AddExecAsync(Ids.Container(request.Id), exec, context.Cancellation);
        return Nothing;
    }
}
