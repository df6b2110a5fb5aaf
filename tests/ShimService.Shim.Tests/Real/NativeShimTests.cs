using System.Text.Json;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using ShimService.Contracts.Containerd.Task.V2;
using ShimService.Rpc;
using ShimService.Shim.Tests.Serve;
using ShimService.TestSupport;
using Private = ShimService.Contracts.Shim.V1;

namespace ShimService.Shim.Tests.Real;

/// <summary>The published shim on cgroup v2: the kernel ends a whole container, and the shim serves on.</summary>
public sealed class NativeShimTests : IDisposable
{
    private const string Service = "containerd.task.v2.Task";
    private const string Limits = """
        {"memory":{"limit":67108864,"swap":67108864},"unified":{"memory.oom.group":"1"}}
        """;

    private const uint Killed = 128 + 9;
    private const int TerminateSignal = 15;

    // On an emulated machine everything takes long.
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(90);

    private readonly TemporaryDirectory _directory = new();
    private readonly string _id = "n" + Guid.NewGuid().ToString("N")[..12];

    private string Socket => _directory["s"];

    public void Dispose()
    {
        if (Directory.Exists($"/sys/fs/cgroup/{_id}-parent"))
        {
            Directory.Delete($"/sys/fs/cgroup/{_id}-parent");
        }

        _directory.Dispose();
    }

    [HostFact(HostNeeds.CgroupV2 | HostNeeds.NativeBinaries)]
    public async Task Exec_WhenTheKernelKillsTheGroupInAStorm_ThenTheShimLivesAndRunsTheNext()
    {
        using var stop = new CancellationTokenSource(Limit);
        var (status, _, errors) = await ShimProgram.RunNativeAsync(_directory.Path,
            "-namespace", "shimservice", "-address", _directory["d"], "-id", "g1", "-socket", Socket, "start");
        Assert.Equal((0, ""), (status, errors));
        await using var client = await TtrpcChannel.ConnectAsync(Socket, ServedShim.Limit);
        var shim = (int)(await InfoAsync(client, stop.Token)).Pid;
        try
        {
            await StartAsync(client, "a", "sleep 1000", stop.Token);
            var hog = EndOfAsync(client, "hog", ["/bin/busybox", "tail", "/dev/zero"], stop.Token);
            var storm = Enumerable.Range(0, 20)
                .Select(i => EndOfAsync(client, $"e{i}", ["/bin/sleep", "1000"], stop.Token)).ToArray();
            var init = await client.UnaryAsync(
                Service, "Wait", new WaitRequest { Id = $"{_id}a" }, WaitResponse.Parser, stop.Token);
            var ends = await Task.WhenAll([hog, .. storm]);
            var kept = await DeleteAsync(client, "a", stop.Token);

            await StartAsync(client, "b", "exit 7", stop.Token);
            var next = await client.UnaryAsync(
                Service, "Wait", new WaitRequest { Id = $"{_id}b" }, WaitResponse.Parser, stop.Token);
            await DeleteAsync(client, "b", stop.Token);

            Assert.Equal((Killed, Killed, 7u), (init.ExitStatus, kept, next.ExitStatus));
            Assert.All(ends, static end => Assert.True(end is Killed or null, $"an exec ended with {end}"));
            Assert.Equal(shim, (int)(await InfoAsync(client, stop.Token)).Pid);
            Assert.False(Directory.Exists($"/sys/fs/cgroup/{_id}-parent/a"));
        }
        finally
        {
            DaemonProcess.Signal(shim, TerminateSignal);
            await DaemonProcess.GoneAsync(shim);
        }
    }

    private static Task<Private.InfoResponse> InfoAsync(TtrpcChannel client, CancellationToken stop) => client.UnaryAsync(
        "shimservice.shim.v1.Shim", "Info", new Private.InfoRequest(), Private.InfoResponse.Parser, stop);

    private async Task StartAsync(TtrpcChannel client, string name, string script, CancellationToken stop)
    {
        var bundle = BusyboxBundle.Make(_directory[name], $"/{_id}-parent/{name}", script, Limits);
        await client.UnaryAsync(Service, "Create", new CreateTaskRequest { Id = _id + name, Bundle = bundle },
            CreateTaskResponse.Parser, stop);
        await client.UnaryAsync(Service, "Start", new StartRequest { Id = _id + name }, StartResponse.Parser, stop);
    }

    private async Task<uint> DeleteAsync(TtrpcChannel client, string name, CancellationToken stop) =>
        (await client.UnaryAsync(
            Service, "Delete", new DeleteRequest { Id = _id + name }, DeleteResponse.Parser, stop)).ExitStatus;

    // null: the container's end came before its program ran.
    private async Task<uint?> EndOfAsync(TtrpcChannel client, string exec, string[] args, CancellationToken stop)
    {
        var process = JsonSerializer.Serialize(new { cwd = "/", args, user = new { uid = 0, gid = 0 } });
        var id = $"{_id}a";
        try
        {
            await client.UnaryAsync(Service, "Exec", new ExecProcessRequest
            {
                Id = id,
                ExecId = exec,
                Spec = new Any
                {
                    TypeUrl = "types.containerd.io/opencontainers/runtime-spec/1/Process",
                    Value = ByteString.CopyFromUtf8(process),
                },
            }, Empty.Parser, stop);
            await client.UnaryAsync(
                Service, "Start", new StartRequest { Id = id, ExecId = exec }, StartResponse.Parser, stop);
            return (await client.UnaryAsync(
                Service, "Wait", new WaitRequest { Id = id, ExecId = exec }, WaitResponse.Parser, stop)).ExitStatus;
        }
        catch (RpcException)
        {
            return null;
        }
    }
}
