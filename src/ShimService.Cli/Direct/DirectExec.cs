using System.Security.Cryptography;
using Google.Protobuf.WellKnownTypes;
using ShimService.Cli.Descriptors;
using ShimService.Contracts.Containerd.Task.V3;
using ShimService.Contracts.V1;
using DeleteRequest = ShimService.Contracts.Containerd.Task.V3.DeleteRequest;
using DeleteResponse = ShimService.Contracts.Containerd.Task.V3.DeleteResponse;
using KillRequest = ShimService.Contracts.Containerd.Task.V3.KillRequest;
using StartRequest = ShimService.Contracts.Containerd.Task.V3.StartRequest;
using StartResponse = ShimService.Contracts.Containerd.Task.V3.StartResponse;
using Task = System.Threading.Tasks.Task;
using WaitRequest = ShimService.Contracts.Containerd.Task.V3.WaitRequest;
using WaitResponse = ShimService.Contracts.Containerd.Task.V3.WaitResponse;

namespace ShimService.Cli.Direct;

/// <summary>
/// exec: one more process on our own three streams, or on a terminal of its own that we relay. Its exit status
/// becomes ours; -d leaves it running.
/// </summary>
internal static class DirectExec
{
    private const uint KillSignal = 9;

    public static async Task<int> RunAsync(DirectSession session, DirectExecRequest request, CancellationToken cancel)
    {
        TerminalRule.Check(request.Terminal, request.Mode, request.ConsoleSocket);
        DirectState state = session.State;
        await using DirectShim shim = await DirectShim.ConnectAsync(state, request.Id, cancel);
        await MayEnterAsync(session, shim, request, cancel);
        string execId = "exec-" + Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(4));
        var add = new ExecProcessRequest
        {
            Id = request.Id,
            ExecId = execId,
            Terminal = request.Terminal,
            Spec = ExecProcess.Of(request, state),
        };
        using ConsoleRelay? relay =
            request.Relays ? new ConsoleRelay(state.Directory(request.Id), execId) : null;
        DirectStdio.ForExec(add, relay?.SocketPath ?? request.ConsoleSocket, request.PreserveFds);
        session.Log.Debug($"adding {execId} to {request.Id}");
        await shim.TaskAsync("Exec", add, Empty.Parser, cancel);

        async Task StartAsync(CancellationToken token)
        {
            await DirectExec.StartAsync(session, shim, request, execId, token);
            relay?.Receive();
        }

        if (request.Mode == LaunchMode.Detached)
        {
            await StartAsync(cancel);
            return 0;
        }

        int status = await new Attendance(shim, request.Id, execId).RunAsync(relay, StartAsync, cancel);
        await DeleteAsync(shim, request.Id, execId);
        return status;
    }

    // A frozen container lets nobody in. Who asks for it all the same waits, as a process in its cgroup would.
    private static async Task MayEnterAsync(
        DirectSession session, DirectShim shim, DirectExecRequest request, CancellationToken cancel)
    {
        switch ((await shim.GetAsync(request.Id, cancel)).State)
        {
            case TaskState.Stopped:
                throw new CliException("cannot exec in a stopped container", ExitStatus.RuncStyle);
            case TaskState.Paused when request.IgnorePaused:
                session.Log.Debug($"{request.Id} is paused: waiting until it is resumed");
                await shim.AwaitResumedAsync(request.Id, cancel);
                break;
            case TaskState.Paused:
                throw new CliException(
                    "cannot exec in a paused container (use --ignore-paused to override)", ExitStatus.RuncStyle);
        }
    }

    private static async Task StartAsync(
        DirectSession session, DirectShim shim, DirectExecRequest request, string execId, CancellationToken cancel)
    {
        uint pid = 0;
        try
        {
            var start = new StartRequest { Id = request.Id, ExecId = execId };
            pid = (await shim.TaskAsync("Start", start, StartResponse.Parser, cancel)).Pid;
            session.Log.Debug($"{execId} runs as process {pid}");
            PidFile.Write(request.PidFile, pid);
            PidDescriptor.Send(request.PidfdSocket, pid);
        }
        catch
        {
            if (pid != 0)
            {
                var kill = new KillRequest { Id = request.Id, ExecId = execId, Signal = KillSignal };
                await shim.TaskAsync("Kill", kill, Empty.Parser, CancellationToken.None);
                var wait = new WaitRequest { Id = request.Id, ExecId = execId };
                await shim.TaskAsync("Wait", wait, WaitResponse.Parser, CancellationToken.None);
            }

            await DeleteAsync(shim, request.Id, execId);
            throw;
        }
    }

    private static async Task DeleteAsync(DirectShim shim, string id, string execId)
    {
        var delete = new DeleteRequest { Id = id, ExecId = execId };
        await shim.TaskAsync("Delete", delete, DeleteResponse.Parser, CancellationToken.None);
    }
}
