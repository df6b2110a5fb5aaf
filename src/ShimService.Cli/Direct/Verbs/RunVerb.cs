using System.CommandLine;
using ShimService.Contracts.Containerd.Task.V3;
using Task = System.Threading.Tasks.Task;

namespace ShimService.Cli.Direct.Verbs;

/// <summary>
/// run: a container from its first to its last moment, its streams ours, its exit status ours, and then deleted. With
/// -d it is left running, with --keep it stays when it has ended.
/// </summary>
internal static class RunVerb
{
    public static Command Create()
    {
        var options = new LaunchOptions();
        var detach = new Option<bool>("--detach", "-d") { Description = "leave it running" };
        var keep = new Option<bool>("--keep") { Description = "do not delete it when it has ended" };
        return DirectVerb.Create(
            "run",
            "create and start a container",
            [.. options.Symbols, detach, keep],
            async (session, parsed, cancel) =>
            {
                LaunchMode mode = parsed.GetValue(detach) ? LaunchMode.Detached : LaunchMode.Attached;
                LaunchRequest request = options.Read(parsed, session, mode);
                ConsoleRelay? relay = null;
                try
                {
                    ConsoleRelay? Listen() => relay = request.Relays
                        ? new ConsoleRelay(session.State.Directory(request.Id), "init")
                        : null;
                    int? status;
                    await using (DirectShim shim = await DirectLaunch.CreateAsync(session, request, cancel, Listen))
                    {
                        status = await RunAsync(session, shim, request, relay, cancel);
                    }

                    if (status is not null && !parsed.GetValue(keep))
                    {
                        await DirectDelete.RunAsync(session.State, request.Id, force: false, CancellationToken.None);
                    }

                    return status ?? 0;
                }
                finally
                {
                    relay?.Dispose();
                }
            });
    }

    /// <returns>Its exit status; null = it runs on.</returns>
    private static async Task<int?> RunAsync(
        DirectSession session,
        DirectShim shim,
        LaunchRequest request,
        ConsoleRelay? relay,
        CancellationToken cancel)
    {
        async Task StartAsync(CancellationToken token)
        {
            relay?.Receive();
            await shim.TaskAsync("Start", new StartRequest { Id = request.Id }, StartResponse.Parser, token);
            session.Log.Debug($"{request.Id} runs");
        }

        try
        {
            if (request.Mode == LaunchMode.Attached)
            {
                return await new Attendance(shim, request.Id, "").RunAsync(relay, StartAsync, cancel);
            }

            await StartAsync(cancel);
            return null;
        }
        catch (Rpc.RpcException)
        {
            // It did not start: run leaves nothing then.
            await DirectDelete.RunAsync(session.State, request.Id, force: true, CancellationToken.None);
            throw;
        }
    }
}
