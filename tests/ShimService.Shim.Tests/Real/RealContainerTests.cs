using System.Globalization;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using ShimService.Contracts.Containerd.Task.V2;
using ShimService.Contracts.Containerd.Types;
using ShimService.Contracts.V1;
using ShimService.Rpc;
using ShimService.Shim.Tests.Serve;
using DeleteRequest = ShimService.Contracts.Containerd.Task.V2.DeleteRequest;
using DeleteResponse = ShimService.Contracts.Containerd.Task.V2.DeleteResponse;
using KillRequest = ShimService.Contracts.Containerd.Task.V2.KillRequest;
using PauseRequest = ShimService.Contracts.Containerd.Task.V2.PauseRequest;
using PidsRequest = ShimService.Contracts.Containerd.Task.V2.PidsRequest;
using PidsResponse = ShimService.Contracts.Containerd.Task.V2.PidsResponse;
using Private = ShimService.Contracts.Shim.V1;
using ResumeRequest = ShimService.Contracts.Containerd.Task.V2.ResumeRequest;
using StartRequest = ShimService.Contracts.Containerd.Task.V2.StartRequest;
using StartResponse = ShimService.Contracts.Containerd.Task.V2.StartResponse;
using Task = System.Threading.Tasks.Task;
using WaitRequest = ShimService.Contracts.Containerd.Task.V2.WaitRequest;
using WaitResponse = ShimService.Contracts.Containerd.Task.V2.WaitResponse;

namespace ShimService.Shim.Tests.Real;

/// <summary>Containers of this machine's kernel behind the Task service: root, busybox, about a second.</summary>
public sealed class RealContainerTests(RealEngine engine) : IAsyncLifetime, IClassFixture<RealEngine>
{
    private readonly string _id = "t" + Guid.NewGuid().ToString("N")[..12];
    private ServedShim _shim = null!;

    public async Task InitializeAsync()
    {
        Assert.True(BusyboxBundle.Missing is null, BusyboxBundle.Missing);
        _shim = await ServedShim.StartAsync(engine.Engine);
    }

    public async Task DisposeAsync()
    {
        try
        {
            await _shim.ShimAsync(
                "ForceDelete", new Private.ForceDeleteRequest { Id = _id }, Private.ForceDeleteResponse.Parser);
        }
        catch (RpcException failure) when (failure.Code == RpcStatusCode.NotFound)
        {
            // Deleted by the test.
        }

        Assert.False(Directory.Exists($"/sys/fs/cgroup/memory/shimtest/{_id}"), "a cgroup is left");
        await _shim.DisposeAsync();
    }

    [Fact]
    public async Task Task_WhenItRuns_ThenOutputExitStatusAndNothingLeft()
    {
        var created = await CreateAsync("echo hello; exit 7");
        var started = await StartAsync();
        var exit = await WaitAsync();
        var deleted = await _shim.TaskAsync("Delete", new DeleteRequest { Id = _id }, DeleteResponse.Parser);

        Assert.Equal(created.Pid, started.Pid);
        Assert.Equal(7u, exit.ExitStatus);
        Assert.Equal(7u, deleted.ExitStatus);
        Assert.Contains("hello", await File.ReadAllTextAsync(_shim.Directory["out"]), StringComparison.Ordinal);
        Assert.False(Directory.Exists($"/proc/{created.Pid}"));
    }

    [Fact]
    public async Task Kill_WhenItSleeps_ThenKilledBySignal()
    {
        await CreateAsync("sleep 100");
        await StartAsync();

        await _shim.TaskAsync("Kill", new KillRequest { Id = _id, Signal = 9 }, Empty.Parser);

        Assert.Equal(137u, (await WaitAsync()).ExitStatus);
        var gone = await Assert.ThrowsAsync<RpcException>(
            () => _shim.TaskAsync("Kill", new KillRequest { Id = _id, Signal = 9 }, Empty.Parser));
        Assert.Equal(RpcStatusCode.NotFound, gone.Code);
    }

    [Fact]
    public async Task Exec_WhenItExits_ThenItsStatusIsItsOwn()
    {
        await CreateAsync("sleep 100");
        await StartAsync();

        await ExecAsync("e1", "exit 5");
        var exit = await WaitAsync("e1");
        await ExecAsync("e2", "sleep 100");
        var pids = await _shim.TaskAsync("Pids", new PidsRequest { Id = _id }, PidsResponse.Parser);
        await _shim.TaskAsync("Kill", new KillRequest { Id = _id, ExecId = "e2", Signal = 15 }, Empty.Parser);

        Assert.Equal(5u, exit.ExitStatus);
        Assert.Contains(pids.Processes, process => process.Info is not null);
        Assert.Equal(128u + 15, (await WaitAsync("e2")).ExitStatus);
    }

    [Fact]
    public async Task Events_WhenInitDiesWithExecs_ThenTheirExitsComeFirst()
    {
        await CreateAsync("sleep 100");
        await StartAsync();
        await ExecAsync("e1", "sleep 100");
        await ExecAsync("e2", "sleep 100");

        await _shim.TaskAsync("Kill", new KillRequest { Id = _id, Signal = 9 }, Empty.Parser);
        await WaitAsync();
        await _shim.TaskAsync("Delete", new DeleteRequest { Id = _id }, DeleteResponse.Parser);

        var events = new List<Event>();
        await foreach (var happened in _shim.Client.ServerStreamAsync(
            "shimservice.shim.v1.Shim", "WatchEvents", new Private.WatchEventsRequest(), Event.Parser, ServedShim.Limit))
        {
            events.Add(happened);
            if (happened.Topic == "/tasks/delete")
            {
                break;
            }
        }

        Assert.Equal(
            "create start exec-added exec-started exec-added exec-started exit exit exit delete",
            string.Join(' ', events.Select(happened => happened.Topic["/tasks/".Length..])));
        Assert.Equal("", events[^2].ExecId);
    }

    [Fact]
    public async Task Pause_WhenAsked_ThenNothingRunsAndKillStillWorks()
    {
        await CreateAsync("while true; do :; done", """{"pids":{"limit":16},"memory":{"limit":33554432}}""");
        await StartAsync();
        await _shim.TaskAsync("Pause", new PauseRequest { Id = _id }, Empty.Parser);
        var state = await _shim.TaskAsync("State", new StateRequest { Id = _id }, StateResponse.Parser);
        Assert.Equal(Status.Paused, state.Status);
        var exec = await Assert.ThrowsAsync<RpcException>(() => ExecAsync("e1", "true"));
        Assert.Equal(RpcStatusCode.FailedPrecondition, exec.Code);
        await _shim.TaskAsync("Resume", new ResumeRequest { Id = _id }, Empty.Parser);
        await _shim.TaskAsync("Pause", new PauseRequest { Id = _id }, Empty.Parser);

        await _shim.TaskAsync("Kill", new KillRequest { Id = _id, Signal = 9 }, Empty.Parser);

        Assert.Equal(137u, (await WaitAsync()).ExitStatus);
    }

    [Fact]
    public async Task Stats_WhenLimited_ThenTypedNumbers()
    {
        await CreateAsync("sleep 100", """{"pids":{"limit":16},"memory":{"limit":33554432}}""");
        await StartAsync();

        var stats = await _shim.ShimAsync("Stats", new Private.StatsRequest { Id = _id }, TaskStats.Parser);

        Assert.Equal(33554432ul, stats.Memory.LimitBytes);
        Assert.Equal(16ul, stats.Pids.Limit);
        Assert.True(stats.Pids.Current > 0);
        Assert.True(stats.Cpu.UsageNanoseconds > 0);
    }

    [Fact]
    public async Task Update_WhenRunning_ThenTheLimitIsAnother()
    {
        await CreateAsync("sleep 100", """{"pids":{"limit":16}}""");
        await StartAsync();

        await _shim.TaskAsync(
            "Update",
            new UpdateTaskRequest { Id = _id, Resources = Json("LinuxResources", """{"pids":{"limit":20}}""") },
            Empty.Parser);

        var stats = await _shim.ShimAsync("Stats", new Private.StatsRequest { Id = _id }, TaskStats.Parser);
        Assert.Equal(20ul, stats.Pids.Limit);
    }

    [Fact]
    public async Task OutOfMemory_WhenItKills_ThenTheEventComesBeforeTheExit()
    {
        await CreateAsync(
            "x=a; while true; do x=$x$x; done", """{"memory":{"limit":16777216,"swap":16777216}}""");
        await StartAsync();

        Assert.Equal(137u, (await WaitAsync()).ExitStatus);
        var get = await _shim.ShimAsync("Get", new Private.GetRequest { Id = _id }, Private.GetResponse.Parser);
        Assert.True(get.Task.OomKilled);
    }

    [Fact]
    public async Task Create_WhenTheProgramIsMissing_ThenTheStepIsNamedAndNothingIsLeft()
    {
        BusyboxBundle.Make(_shim.Directory["b"], "/shimtest/" + _id, "true");
        var config = _shim.Directory["b"] + "/config.json";
        await File.WriteAllTextAsync(
            config, (await File.ReadAllTextAsync(config)).Replace("/bin/sh", "/bin/none", StringComparison.Ordinal));

        var failure = await Assert.ThrowsAsync<RpcException>(() => _shim.TaskAsync(
            "Create", new CreateTaskRequest { Id = _id, Bundle = _shim.Directory["b"] }, CreateTaskResponse.Parser));

        Assert.Contains("/bin/none", failure.Message, StringComparison.Ordinal);
        Assert.Contains("ENOENT", failure.Message, StringComparison.Ordinal);
        var list = await _shim.ShimAsync("List", new Private.ListRequest(), Private.ListResponse.Parser);
        Assert.Empty(list.Tasks);
    }

    private async Task<CreateTaskResponse> CreateAsync(string script, string limits = "{}")
    {
        BusyboxBundle.Make(_shim.Directory["b"], "/shimtest/" + _id, script, limits);
        return await _shim.TaskAsync(
            "Create",
            new CreateTaskRequest
            {
                Id = _id, Bundle = _shim.Directory["b"], Stdout = "file://" + _shim.Directory["out"], Stderr = "file://" + _shim.Directory["out"],
            },
            CreateTaskResponse.Parser);
    }

    private Task<StartResponse> StartAsync(string exec = "") =>
        _shim.TaskAsync("Start", new StartRequest { Id = _id, ExecId = exec }, StartResponse.Parser);

    private Task<WaitResponse> WaitAsync(string exec = "") =>
        _shim.TaskAsync("Wait", new WaitRequest { Id = _id, ExecId = exec }, WaitResponse.Parser);

    private async Task ExecAsync(string exec, string script)
    {
        var process = string.Create(
            CultureInfo.InvariantCulture,
            $$"""{"args":["/bin/sh","-c","{{script}}"],"cwd":"/","user":{"uid":0,"gid":0},"env":["PATH=/bin"]}""");
        await _shim.TaskAsync(
            "Exec", new ExecProcessRequest { Id = _id, ExecId = exec, Spec = Json("Process", process) }, Empty.Parser);
        await StartAsync(exec);
    }

    private static Any Json(string type, string json) => new()
    {
        TypeUrl = "types.containerd.io/opencontainers/runtime-spec/1/" + type, Value = ByteString.CopyFromUtf8(json),
    };
}
