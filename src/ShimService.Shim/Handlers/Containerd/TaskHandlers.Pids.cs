using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using ShimService.Contracts.Containerd.Task.V3;
using ShimService.Contracts.Containerd.Types;
using ShimService.Rpc;
using ShimService.Shim.Handlers.Mapping;
using ShimService.Tasks.Values;

namespace ShimService.Shim.Handlers.Containerd;

internal sealed partial class TaskHandlers
{
    private const string DetailsType = "containerd.runc.v1.ProcessDetails";

    private Task<PidsResponse> PidsAsync(PidsRequest request, RpcContext context)
    {
        var response = new PidsResponse();
        foreach (var process in tasks.ReadProcesses(Ids.Container(request.Id)))
        {
            response.Processes.Add(new ProcessInfo
            {
                Pid = (uint)process.Pid.Value,
                Info = process.Exec is { } exec ? Details(exec) : null,
            });
        }

        return Task.FromResult(response);
    }

    /// <summary>ProcessDetails { exec_id = 1 }, written by hand: the message is one field of text.</summary>
    private static Any Details(ExecId exec)
    {
        const byte execIdTag = 0x0a;
        var bytes = new byte[2 + exec.Value.Length];
        bytes[0] = execIdTag;
        bytes[1] = (byte)exec.Value.Length;
        System.Text.Encoding.ASCII.GetBytes(exec.Value, bytes.AsSpan(2));
        return new Any { TypeUrl = DetailsType, Value = UnsafeByteOperations.UnsafeWrap(bytes) };
    }
}
