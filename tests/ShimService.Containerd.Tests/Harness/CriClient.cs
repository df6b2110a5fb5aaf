using Google.Protobuf;
using ShimService.Containerd.Tests.Cri;
using ShimService.Rpc;

namespace ShimService.Containerd.Tests.Harness;

/// <summary>What a kubelet asks of containerd, a call after another.</summary>
internal sealed class CriClient : IAsyncDisposable
{
    private const string Runtime = "runtime.v1.RuntimeService";

    private readonly ContainerdDaemon _daemon;
    private readonly GrpcChannel _channel;

    private CriClient(ContainerdDaemon daemon) =>
        (_daemon, _channel) = (daemon, GrpcChannel.ForUnixSocket(daemon.Socket));

    /// <summary>When containerd's CRI plugin knows the images that were imported.</summary>
    public static async Task<CriClient> OpenAsync(ContainerdDaemon daemon)
    {
        var client = new CriClient(daemon);
        Directory.CreateDirectory(client.Logs);
        foreach (string image in new[] { ContainerdDaemon.Image, Kubernetes.PauseImage })
        {
            await Eventually.BecomesAsync(
                true, () => client.HasImageAsync(image), $"CRI knows {image}", TimeSpan.FromSeconds(30));
        }

        return client;
    }

    /// <summary>Logs of the pod's containers.</summary>
    public string Logs => Path.Combine(_daemon.Work, "logs");

    public async Task<string> RunPodAsync(PodSandboxConfig pod) => (await CallAsync(
        "RunPodSandbox", new RunPodSandboxRequest { Config = pod }, RunPodSandboxResponse.Parser)).PodSandboxId;

    public PodSandboxConfig Pod(string name) => new()
    {
        Metadata = new PodSandboxMetadata { Name = name, Uid = _daemon.CgroupParent + name, Namespace = "default" },
        Hostname = name,
        LogDirectory = Logs,
        Linux = new LinuxPodSandboxConfig { CgroupParent = "/" + _daemon.CgroupParent },
    };

    public Task StopPodAsync(string id) =>
        CallAsync("StopPodSandbox", new PodSandboxRequest { PodSandboxId = id }, Nothing.Parser);

    public Task RemovePodAsync(string id) =>
        CallAsync("RemovePodSandbox", new PodSandboxRequest { PodSandboxId = id }, Nothing.Parser);

    /// <summary>Creates and starts a container of the busybox image; it logs to a file of its name.</summary>
    public async Task<string> RunContainerAsync(
        string podId, PodSandboxConfig pod, string name, params string[] program)
    {
        CreateContainerResponse created = await CallAsync(
            "CreateContainer",
            new CreateContainerRequest
            {
                PodSandboxId = podId,
                SandboxConfig = pod,
                Config = new ContainerConfig
                {
                    Metadata = new ContainerMetadata { Name = name },
                    Image = new ImageSpec { Image = ContainerdDaemon.Image },
                    Command = { program },
                    LogPath = name,
                },
            },
            CreateContainerResponse.Parser);
        await CallAsync("StartContainer", new ContainerRequest { ContainerId = created.ContainerId }, Nothing.Parser);
        return created.ContainerId;
    }

    public Task<ExecSyncResponse> ExecAsync(string container, params string[] program) => CallAsync(
        "ExecSync", new ExecSyncRequest { ContainerId = container, Cmd = { program }, Timeout = 30 },
        ExecSyncResponse.Parser);

    public async Task<ContainerStatus> StatusAsync(string container) => (await CallAsync(
        "ContainerStatus", new ContainerRequest { ContainerId = container }, ContainerStatusResponse.Parser)).Status;

    public async Task<ContainerStats> StatsAsync(string container) => (await CallAsync(
        "ContainerStats", new ContainerRequest { ContainerId = container }, ContainerStatsResponse.Parser)).Stats;

    public Task StopContainerAsync(string container) => CallAsync(
        "StopContainer", new StopContainerRequest { ContainerId = container, Timeout = 20 }, Nothing.Parser);

    public Task RemoveContainerAsync(string container) =>
        CallAsync("RemoveContainer", new ContainerRequest { ContainerId = container }, Nothing.Parser);

    public ValueTask DisposeAsync() => _channel.DisposeAsync();

    private async Task<bool> HasImageAsync(string name)
    {
        try
        {
            return (await _channel.UnaryAsync(
                "runtime.v1.ImageService", "ImageStatus",
                new ImageStatusRequest { Image = new ImageSpec { Image = name } }, ImageStatusResponse.Parser,
                CancellationToken.None).WaitAsync(Command.Limit)).Image is not null;
        }
        catch (RpcException failure) when (failure.Code is RpcStatusCode.Unavailable or RpcStatusCode.Unimplemented)
        {
            // The plugin comes up after containerd does.
            return false;
        }
    }

    private Task<TAnswer> CallAsync<TRequest, TAnswer>(string method, TRequest request, MessageParser<TAnswer> parser)
        where TRequest : class, IMessage<TRequest>
        where TAnswer : class, IMessage<TAnswer> =>
        _channel.UnaryAsync(Runtime, method, request, parser, CancellationToken.None).WaitAsync(Command.Limit);
}
