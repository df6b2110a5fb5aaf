using System.Security.Cryptography;
using Google.Protobuf.WellKnownTypes;
using ShimService.Cli.Attached;
using ShimService.Contracts.Containerd.Task.V3;
using ShimService.Rpc;
using Task = System.Threading.Tasks.Task;

namespace ShimService.Cli.Direct;

/// <summary>
/// exec: one more process on our own three streams, or on a terminal of its own that we relay. Its exit status
/// becomes ours; -d leaves it running.
/// </summary>
internal static class DirectExec
{
    public static async Task<int> RunAsync(DirectState state, DirectExecRequest request, CancellationToken cancel)
    {
        TerminalRule.Check(request.Terminal, request.Mode, request.ConsoleSocket);
        await using DirectShim shim = await DirectShim.ConnectAsync(state, request.Id, cancel);
        Contracts.V1.Task task = await shim.GetAsync(request.Id, cancel);
        if (task.State == Contracts.V1.TaskState.Stopped)
        {
            throw new CliException("cannot exec in a stopped container", ExitStatus.RuncStyle);
        }

        string execId = "exec-" + Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(4));
        var add = new ExecProcessRequest
        {
            Id = request.Id,
            ExecId = execId,
            Terminal = request.Terminal,
            Spec = ExecProcess.Of(request, task.Bundle),
        };
        string log = Path.Combine(state.Directory(request.Id), execId + ".log");
        if (request.Relays)
        {
            (add.Stdin, add.Stdout) = (DirectStdio.Keep(request.PreserveFds, "attach:"), "log://" + log);
        }
        else
        {
            DirectStdio.ForExec(add, request.ConsoleSocket, request.PreserveFds);
        }

        await shim.TaskAsync("Exec", add, Empty.Parser, cancel);
        try
        {
            return request.Relays
                ? await RelayAsync(shim, request, execId, cancel)
                : await OnOurStreamsAsync(shim, request, execId, cancel);
        }
        finally
        {
            File.Delete(log);
        }
    }

    private static async Task<int> OnOurStreamsAsync(
        DirectShim shim, DirectExecRequest request, string execId, CancellationToken cancel)
    {
        await StartAsync(shim, request, execId, cancel);
        if (request.Mode == LaunchMode.Detached)
        {
            return 0;
        }

        var process = new DirectProcess(shim, request.Id, execId);
        await using var signals = new SignalForwarder(withWindow: false, signal => process.KillAsync(signal, cancel));
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancel, signals.Left);
        try
        {
            return await EndAsync(shim, request.Id, execId, either.Token);
        }
        catch (Exception error) when (signals.Left.IsCancellationRequested
            && error is OperationCanceledException or RpcException)
        {
            throw signals.Departure;
        }
    }

    private static async Task<int> RelayAsync(
        DirectShim shim, DirectExecRequest request, string execId, CancellationToken cancel)
    {
        using var attachment = new Attachment(
            new DirectProcess(shim, request.Id, execId), new AttachOptions { Stdin = true, Terminal = true });
        AttachOutcome outcome = await attachment.RunAsync(
            token => StartAsync(shim, request, execId, token), cancel);
        return outcome == AttachOutcome.Detached ? 0 : await EndAsync(shim, request.Id, execId, cancel);
    }

    private static async Task StartAsync(
        DirectShim shim, DirectExecRequest request, string execId, CancellationToken cancel)
    {
        try
        {
            var start = new StartRequest { Id = request.Id, ExecId = execId };
            StartResponse started = await shim.TaskAsync("Start", start, StartResponse.Parser, cancel);
            PidFile.Write(request.PidFile, started.Pid);
        }
        catch
        {
            var delete = new DeleteRequest { Id = request.Id, ExecId = execId };
            await shim.TaskAsync("Delete", delete, DeleteResponse.Parser, CancellationToken.None);
            throw;
        }
    }

    private static async Task<int> EndAsync(DirectShim shim, string id, string execId, CancellationToken cancel)
    {
        var wait = new WaitRequest { Id = id, ExecId = execId };
        WaitResponse exit = await shim.TaskAsync("Wait", wait, WaitResponse.Parser, cancel);
        var delete = new DeleteRequest { Id = id, ExecId = execId };
        await shim.TaskAsync("Delete", delete, DeleteResponse.Parser, cancel);
        return (int)exit.ExitStatus;
    }
}
