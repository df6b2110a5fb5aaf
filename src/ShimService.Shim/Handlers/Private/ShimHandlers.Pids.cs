using ShimService.Contracts.V1;
using ShimService.Rpc;
using ShimService.Shim.Handlers.Mapping;
using PidsRequest = ShimService.Contracts.Shim.V1.PidsRequest;
using PidsResponse = ShimService.Contracts.Shim.V1.PidsResponse;

namespace ShimService.Shim.Handlers.Private;

internal sealed partial class ShimHandlers
{
    private Task<PidsResponse> PidsAsync(PidsRequest request, RpcContext context)
    {
        var response = new PidsResponse();
        foreach (var process in tasks.ReadProcesses(Ids.Container(request.Id)))
        {
            response.Processes.Add(new Process
            {
                Pid = (uint)process.Pid.Value,
                ExecId = process.Exec?.Value ?? "",
                Command = process.Command,
            });
        }

        return System.Threading.Tasks.Task.FromResult(response);
    }
}
