using ShimService.Cli.Attached;
using ShimService.Cli.Terminal;
using ShimService.Contracts.V1;
using ShimService.Rpc;
using Task = System.Threading.Tasks.Task;

namespace ShimService.Cli.Client;

/// <summary>A process of a container of shimd.</summary>
internal sealed class DaemonProcess(DaemonClient daemon, string id, string execId) : IAttachedProcess
{
    public Task<IAttachedStream> OpenAsync(bool withLog, CancellationToken cancel) =>
        DaemonStream.OpenAsync(daemon, new AttachRequest { Id = id, ExecId = execId, WithLog = withLog }, cancel);

    public async Task KillAsync(int signal, CancellationToken cancel)
    {
        try
        {
            var request = new KillRequest { Id = id, ExecId = execId, Signal = (Signal)signal };
            await daemon.TaskAsync("Kill", request, KillResponse.Parser, cancel);
        }
        catch (Exception error) when (error is RpcException or OperationCanceledException)
        {
            // It has just exited: there is nobody to signal.
        }
    }

    public async Task ResizeAsync(TerminalSize size, CancellationToken cancel)
    {
        try
        {
            var request = new ResizePtyRequest { Id = id, ExecId = execId, Width = size.Width, Height = size.Height };
            await daemon.TaskAsync("ResizePty", request, ResizePtyResponse.Parser, cancel);
        }
        catch (Exception error) when (error is RpcException or OperationCanceledException)
        {
            // It has just exited; its size no longer matters.
        }
    }
}
