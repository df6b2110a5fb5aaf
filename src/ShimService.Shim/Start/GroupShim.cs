using System.Net.Sockets;
using Google.Protobuf.WellKnownTypes;
using ShimService.Contracts.Containerd.Task.V2;
using ShimService.Contracts.Shim.V1;
using ShimService.Rpc;
using ShimService.Shim.CommandLine;

namespace ShimService.Shim.Start;

/// <summary>Sees to it that a group has a shim that waits for the container at hand.</summary>
internal static class GroupShim
{
    private const string Service = "shimservice.shim.v1.Shim";
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(10);

    /// <summary>Returns when connections are taken, and will be until the container has come.</summary>
    /// <returns>True for a shim that is new.</returns>
    public static async Task<bool> EnsureAsync(
        ShimArguments arguments, string group, string socket, string shimCgroup, string ttrpcAddress)
    {
        using var limit = new CancellationTokenSource(Patience);
        while (true)
        {
            using (var listener = ShimSocket.Listen(socket))
            {
                if (listener is not null)
                {
                    await LeaveBehindAsync(arguments, group, listener, socket, shimCgroup, ttrpcAddress);
                    return true;
                }
            }

            if (await IsExpectingAsync(socket, arguments.Id, limit.Token))
            {
                return false;
            }

            // It is about to end, and its socket with it: then the place is ours.
            await Task.Delay(Pause, limit.Token);
        }
    }

    /// <summary>
    /// Ends a shim that nobody will come to, unless somebody else has by now. Best effort: it would notice by itself.
    /// </summary>
    public static async Task EndAsync(string socket, string id)
    {
        using var limit = new CancellationTokenSource(Patience);
        try
        {
            await using var shim = await TtrpcChannel.ConnectAsync(socket, limit.Token);
            await shim.UnaryAsync(
                "containerd.task.v2.Task", "Shutdown", new ShutdownRequest { Id = id }, Empty.Parser, limit.Token);
            await shim.Closed.WaitAsync(limit.Token);
        }
        catch (Exception failure) when (failure is RpcException or OperationCanceledException)
        {
            // What went wrong before is what the caller hears of.
        }
    }

    private static async Task LeaveBehindAsync(
        ShimArguments arguments,
        string group,
        Socket listener,
        string socket,
        string shimCgroup,
        string ttrpcAddress)
    {
        try
        {
            DaemonSetting.Apply(shimCgroup);
            await DaemonLaunch.RunAsync(arguments, group, listener, ttrpcAddress);
        }
        catch
        {
            // Nobody will ever listen there.
            File.Delete(socket);
            throw;
        }
    }

    /// <summary>
    /// A shim whose last container has just gone may have been told to shut down: between its answer here and the
    /// Create it would go. So it is told who comes. False when it is too late for that.
    /// </summary>
    private static async Task<bool> IsExpectingAsync(string socket, string id, CancellationToken cancel)
    {
        try
        {
            await using var shim = await TtrpcChannel.ConnectAsync(socket, cancel);
            await shim.UnaryAsync(
                Service, "Expect", new ExpectRequest { Id = id }, ExpectResponse.Parser, cancel);
            return true;
        }
        catch (RpcException failure) when (failure.Code == RpcStatusCode.Unavailable)
        {
            return false;
        }
        catch (RpcException failure) when (failure.Code == RpcStatusCode.Unimplemented)
        {
            // An older shim of ours: it serves, and that is all it can say.
            return true;
        }
    }
}
