using Google.Protobuf.WellKnownTypes;
using ShimService.Contracts.Containerd.Task.V3;
using ShimService.Rpc;
using Task = System.Threading.Tasks.Task;

namespace ShimService.Cli.Direct;

/// <summary>A process of a container whose shim we talk to ourselves.</summary>
internal sealed class DirectProcess(DirectShim shim, string id, string execId)
{
    public async Task KillAsync(int signal, CancellationToken cancel)
    {
        try
        {
            var request = new KillRequest { Id = id, ExecId = execId, Signal = (uint)signal };
            await shim.TaskAsync("Kill", request, Empty.Parser, cancel);
        }
        catch (Exception error) when (error is RpcException or OperationCanceledException)
        {
            // It has just exited: there is nobody to signal.
        }
    }
}
