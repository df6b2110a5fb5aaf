using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using ShimService.Cli.Descriptors;
using ShimService.Contracts.Containerd.Task.V3;

namespace ShimService.Cli.Direct;

/// <summary>
/// A shim for a container, then the container in it, on our own three streams. A failure leaves nothing.
/// </summary>
internal static class DirectLaunch
{
    private const string OptionsType = "containerd.runc.v1.Options";

    /// <param name="listen">Makes what takes the terminal, once there is a directory for its socket.</param>
    /// <returns>The shim; its container waits for start. The caller disposes it.</returns>
    public static async Task<DirectShim> CreateAsync(
        DirectSession session, LaunchRequest request, CancellationToken cancel, Func<ConsoleRelay?>? listen = null)
    {
        TerminalRule.Check(request.Terminal, request.Mode, request.ConsoleSocket);
        DirectState state = session.State;
        string directory = state.Make(request.Id);
        try
        {
            await File.WriteAllBytesAsync(state.Config(request.Id), request.Config, cancel);
            session.Log.Debug($"starting a shim in {directory}");
            await ShimProcess.StartAsync(request.Id, directory, state.Socket(request.Id), cancel);
            DirectShim shim = await DirectShim.ConnectAsync(state, request.Id, cancel);
            try
            {
                await CreateAsync(session, shim, request, listen?.Invoke(), cancel);
                return shim;
            }
            catch
            {
                await shim.ShutdownAsync(request.Id, CancellationToken.None);
                await shim.DisposeAsync();
                throw;
            }
        }
        catch
        {
            state.Remove(request.Id);
            throw;
        }
    }

    private static async System.Threading.Tasks.Task CreateAsync(
        DirectSession session,
        DirectShim shim,
        LaunchRequest request,
        ConsoleRelay? relay,
        CancellationToken cancel)
    {
        var create = new CreateTaskRequest
        {
            Id = request.Id,
            Bundle = request.Bundle,
            Terminal = request.Terminal,
            Options = new Any { TypeUrl = OptionsType, Value = request.Options.ToByteString() },
        };
        DirectStdio.ForCreate(create, relay?.SocketPath ?? request.ConsoleSocket, request.PreserveFds);
        session.Log.Debug($"creating {request.Id} from {request.Bundle}");
        CreateTaskResponse answer = await shim.TaskAsync("Create", create, CreateTaskResponse.Parser, cancel);
        session.Log.Debug($"{request.Id} is created: its init process is {answer.Pid}");
        try
        {
            PidFile.Write(request.PidFile, answer.Pid);
            PidDescriptor.Send(request.PidfdSocket, answer.Pid);
        }
        catch
        {
            await shim.ForceDeleteAsync(request.Id, CancellationToken.None);
            throw;
        }
    }
}
