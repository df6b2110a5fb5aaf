using System.Diagnostics;
using Google.Protobuf.WellKnownTypes;
using ShimService.Contracts.Containerd.Task.V3;
using ShimService.Contracts.Shim.V1;
using ShimService.Rpc;
using Task = System.Threading.Tasks.Task;

namespace ShimService.Benchmarks;

/// <summary>A published shim, started as containerd starts it, for this benchmark alone.</summary>
internal sealed class OwnShim : IAsyncDisposable
{
    private readonly List<string> _ids = [];

    private OwnShim(TtrpcChannel channel, string socket, int pid)
    {
        Channel = channel;
        Socket = socket;
        Pid = pid;
    }

    public TtrpcChannel Channel { get; }

    public string Socket { get; }

    public int Pid { get; }

    public static async Task<OwnShim> StartAsync(string binaries, string directory, CancellationToken cancel)
    {
        Directory.CreateDirectory(directory);
        string socket = Path.Combine(directory, "shim.sock");
        var start = new ProcessStartInfo(
            Path.Combine(binaries, "containerd-shim-shimservice-v2"),
            ["-namespace", "benchmark", "-address", "", "-id", "benchmark", "-socket", socket, "start"])
        {
            WorkingDirectory = directory,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        };
        start.Environment["SHIMSERVICE_OWNER"] = "shimd";
        using Process process = Process.Start(start)!;
        process.StandardInput.Close();
        await process.StandardOutput.ReadToEndAsync(cancel);
        await process.WaitForExitAsync(cancel);
        TtrpcChannel channel = await TtrpcChannel.ConnectAsync(socket, cancel);
        InfoResponse info = await channel.UnaryAsync(
            "shimservice.shim.v1.Shim", "Info", new InfoRequest(), InfoResponse.Parser, cancel);
        return new OwnShim(channel, socket, (int)info.Pid);
    }

    /// <summary>Containers that stay, so that what they cost can be seen.</summary>
    public async Task AddIdleAsync(string bundle, int count, CancellationToken cancel)
    {
        var calls = new ShimCalls(Channel, bundle);
        for (int i = 0; i < count; i++)
        {
            string id = $"bench-idle-{Environment.ProcessId}-{_ids.Count}";
            await calls.CreateAndStartAsync(id, cancel);
            _ids.Add(id);
        }
    }

    public async ValueTask DisposeAsync()
    {
        foreach (string id in _ids)
        {
            var delete = new ForceDeleteRequest { Id = id };
            await Channel.UnaryAsync(
                "shimservice.shim.v1.Shim", "ForceDelete", delete, ForceDeleteResponse.Parser, CancellationToken.None);
        }

        var shutdown = new ShutdownRequest { Id = "benchmark", Now = true };
        try
        {
            await Channel.UnaryAsync(
                "containerd.task.v3.Task", "Shutdown", shutdown, Empty.Parser, CancellationToken.None);
        }
        catch (RpcException error) when (error.Code == RpcStatusCode.Unavailable)
        {
            // It went before it could answer.
        }

        await Task.WhenAny(Channel.Closed, Task.Delay(TimeSpan.FromSeconds(10)));
        await Channel.DisposeAsync();
    }
}
