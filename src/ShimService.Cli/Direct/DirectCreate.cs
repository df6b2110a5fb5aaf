using ShimService.Contracts.Containerd.Task.V3;

namespace ShimService.Cli.Direct;

/// <summary>
/// create --root: a shim for the container, then the container in it, on our own three streams. A failure leaves
/// nothing.
/// </summary>
internal static class DirectCreate
{
    public static async Task<int> RunAsync(
        DirectState state, string id, string bundle, string? pidFile, string? consoleSocket, CancellationToken cancel)
    {
        bundle = Path.GetFullPath(bundle);
        bool terminal = BundleFile.WantsTerminal(bundle);
        switch (terminal, consoleSocket)
        {
            case (true, null):
                throw new CliException(
                    "cannot allocate tty if shimctl will detach without setting console socket", ExitStatus.RuncStyle);
            case (false, { }):
                throw new CliException(
                    "cannot use console socket if shimctl will not detach or allocate tty", ExitStatus.RuncStyle);
        }

        string directory = state.Make(id);
        try
        {
            await ShimProcess.StartAsync(id, directory, state.Socket(id), cancel);
            await using DirectShim shim = await DirectShim.ConnectAsync(state, id, cancel);
            try
            {
                var request = new CreateTaskRequest { Id = id, Bundle = bundle, Terminal = terminal };
                DirectStdio.ForCreate(request, consoleSocket);
                CreateTaskResponse answer =
                    await shim.TaskAsync("Create", request, CreateTaskResponse.Parser, cancel);
                PidFile.Write(pidFile, answer.Pid);
            }
            catch
            {
                await shim.ShutdownAsync(id, CancellationToken.None);
                throw;
            }
        }
        catch
        {
            state.Remove(id);
            throw;
        }

        return 0;
    }
}
