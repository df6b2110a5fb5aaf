using ShimService.Contracts.V1;
using ShimService.Rpc;
using ExplainRequest = ShimService.Contracts.Shim.V1.ExplainRequest;
using ExplainResponse = ShimService.Contracts.Shim.V1.ExplainResponse;

namespace ShimService.Shim.Handlers.Private;

internal sealed partial class ShimHandlers
{
    private Task<ExplainResponse> ExplainAsync(ExplainRequest request, RpcContext context)
    {
        var response = new ExplainResponse();
        uint number = 0;
        foreach (var step in tasks.Explain(request.Bundle))
        {
            response.Steps.Add(new PlanStep
            {
                Number = ++number, Name = step.Name, Call = step.Call, Clause = step.Clause,
            });
        }

        return System.Threading.Tasks.Task.FromResult(response);
    }
}
