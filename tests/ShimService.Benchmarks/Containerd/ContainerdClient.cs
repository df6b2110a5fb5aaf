using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using ShimService.Benchmarks.Protos.Containers;
using ShimService.Benchmarks.Protos.Tasks;
using ShimService.Rpc;

namespace ShimService.Benchmarks.Containerd;

/// <summary>containerd's own API, for one runtime: what ctr calls, without a process of ctr per call.</summary>
internal sealed class ContainerdClient(GrpcChannel channel, string runtime, string rootfs)
{
    private const string Containers = "containerd.services.containers.v1.Containers";
    private const string Tasks = "containerd.services.tasks.v1.Tasks";
    private const uint Sigkill = 9;

    private static readonly RpcCallOptions InNamespace = new()
    {
        Metadata = new RpcMetadata { { "containerd-namespace", "shimservice-bench" } },
    };

    public string Runtime => runtime;

    /// <summary>
    /// A container with that spec, and its task, started. Both outputs go to one fifo: the runc shim wants two.
    /// </summary>
    public async Task RunAsync(string id, byte[] spec, string stdout, CancellationToken cancel)
    {
        var container = new Container
        {
            Id = id,
            Runtime = new Container.Types.Runtime { Name = runtime },
            Spec = Json("Spec", spec),
        };
        await CallAsync(Containers, "Create", new CreateContainerRequest { Container = container },
            CreateContainerResponse.Parser, cancel);
        var create = new CreateTaskRequest { ContainerId = id, Stdout = stdout, Stderr = stdout };
        create.Rootfs.Add(new Mount { Type = "bind", Source = rootfs, Options = { "rbind", "ro" } });
        await CallAsync(Tasks, "Create", create, CreateTaskResponse.Parser, cancel);
        await CallAsync(Tasks, "Start", new StartRequest { ContainerId = id }, StartResponse.Parser, cancel);
    }

    public Task KillAsync(string id, CancellationToken cancel) =>
        CallAsync(Tasks, "Kill", new KillRequest { ContainerId = id, Signal = Sigkill }, Empty.Parser, cancel);

    /// <summary>Waits for the task's end, deletes it and its container.</summary>
    public async Task<uint> EndAsync(string id, CancellationToken cancel)
    {
        WaitResponse ended = await CallAsync(
            Tasks, "Wait", new WaitRequest { ContainerId = id }, WaitResponse.Parser, cancel);
        await CallAsync(Tasks, "Delete", new DeleteTaskRequest { ContainerId = id }, DeleteResponse.Parser, cancel);
        await CallAsync(Containers, "Delete", new DeleteContainerRequest { Id = id }, Empty.Parser, cancel);
        return ended.ExitStatus;
    }

    /// <summary>exec to its end: added, started, waited for, deleted.</summary>
    public async Task ExecAsync(string id, string execId, byte[] process, CancellationToken cancel)
    {
        var exec = new ExecProcessRequest { ContainerId = id, ExecId = execId, Spec = Json("Process", process) };
        await CallAsync(Tasks, "Exec", exec, Empty.Parser, cancel);
        await CallAsync(
            Tasks, "Start", new StartRequest { ContainerId = id, ExecId = execId }, StartResponse.Parser, cancel);
        WaitResponse ended = await CallAsync(
            Tasks, "Wait", new WaitRequest { ContainerId = id, ExecId = execId }, WaitResponse.Parser, cancel);
        await CallAsync(
            Tasks, "DeleteProcess", new DeleteProcessRequest { ContainerId = id, ExecId = execId }, DeleteResponse.Parser, cancel);
        if (ended.ExitStatus != 0)
        {
            throw new InvalidOperationException($"{runtime}: exec ended with {ended.ExitStatus}");
        }
    }

    private Task<TAnswer> CallAsync<TRequest, TAnswer>(
        string service, string method, TRequest request, MessageParser<TAnswer> parser, CancellationToken cancel)
        where TRequest : class, IMessage<TRequest>
        where TAnswer : class, IMessage<TAnswer> =>
        channel.UnaryAsync(service, method, request, parser, InNamespace, cancel);

    private static Any Json(string kind, byte[] value) => new()
    {
        TypeUrl = "types.containerd.io/opencontainers/runtime-spec/1/" + kind,
        Value = ByteString.CopyFrom(value),
    };
}
