using System.Text;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using ShimService.Contracts.Containerd.Task.V2;
using ShimService.Contracts.Containerd.Types;
using ShimService.Rpc;
using ShimService.Testing.Fakes;
using Private = ShimService.Contracts.Shim.V1;

namespace ShimService.Shim.Tests.Serve;

/// <summary>Real ttrpc, real handlers, real journal; only the engine is a fake.</summary>
public sealed class ShimDaemonTests : IAsyncLifetime
{
    private readonly FakeEngine _engine = new();
    private ServedShim _shim = null!;

    public async Task InitializeAsync() => _shim = await ServedShim.StartAsync(_engine);

    public async Task DisposeAsync() => await _shim.DisposeAsync();

    [Fact]
    public async Task Task_WhenOrdinaryLife_ThenAnswersAsContainerdExpects()
    {
        var created = await CreateAsync();
        var state = await StateAsync();
        Assert.Equal(Status.Created, state.Status);
        Assert.Equal(-62_135_596_800, state.ExitedAt.Seconds);

        var started = await _shim.TaskAsync("Start", new StartRequest { Id = "c1" }, StartResponse.Parser);
        Assert.Equal(created.Pid, started.Pid);
        var wait = _shim.TaskAsync("Wait", new WaitRequest { Id = "c1" }, WaitResponse.Parser);
        _engine.Containers["c1"].InitProcess.Exit(7);
        Assert.Equal(7u, (await wait).ExitStatus);

        state = await StateAsync();
        Assert.Equal(Status.Stopped, state.Status);
        Assert.Equal(started.Pid, state.Pid);
        var deleted = await _shim.TaskAsync("Delete", new DeleteRequest { Id = "c1" }, DeleteResponse.Parser);
        Assert.Equal(7u, deleted.ExitStatus);
        Assert.Equal((await wait).ExitedAt, deleted.ExitedAt);
    }

    [Fact]
    public async Task Exec_WhenOrdinary_ThenPidsHaveItsDetails()
    {
        await CreateAsync();
        await _shim.TaskAsync("Start", new StartRequest { Id = "c1" }, StartResponse.Parser);
        await _shim.TaskAsync("Exec", ExecRequest("""{"args":["sleep","1"],"cwd":"/"}"""), Empty.Parser);
        var started =
            await _shim.TaskAsync("Start", new StartRequest { Id = "c1", ExecId = "e1" }, StartResponse.Parser);

        var pids = await _shim.TaskAsync("Pids", new PidsRequest { Id = "c1" }, PidsResponse.Parser);
        var details = pids.Processes.Single(process => process.Pid == started.Pid).Info;
        Assert.Equal("containerd.runc.v1.ProcessDetails", details.TypeUrl);
        Assert.Equal([0x0a, 2, (byte)'e', (byte)'1'], details.Value.ToByteArray());

        var get = await _shim.ShimAsync("Get", new Private.GetRequest { Id = "c1" }, Private.GetResponse.Parser);
        Assert.Equal(["sleep", "1"], Assert.Single(get.Task.Execs).Args);
    }

    [Fact]
    public async Task WrongState_WhenAsked_ThenFailedPreconditionWithStateAndVerb()
    {
        await CreateAsync();

        var failure = await Assert.ThrowsAsync<RpcException>(
            () => _shim.TaskAsync("Pause", new PauseRequest { Id = "c1" }, Empty.Parser));

        Assert.Equal(RpcStatusCode.FailedPrecondition, failure.Code);
        var info = Encoding.UTF8.GetString(failure.Details[0].Value.ToByteArray());
        Assert.Contains("CREATED", info, StringComparison.Ordinal);
        Assert.Contains("pause", info, StringComparison.Ordinal);
        Assert.Contains(
            "container \"c1\"", Encoding.UTF8.GetString(
                failure.Details[1].Value.ToByteArray()), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("nobody", RpcStatusCode.NotFound)]
    [InlineData("../etc", RpcStatusCode.InvalidArgument)]
    public async Task State_WhenTheIdIsWrong_ThenTheCodeSaysHow(string id, RpcStatusCode code)
    {
        var failure = await Assert.ThrowsAsync<RpcException>(
            () => _shim.TaskAsync("State", new StateRequest { Id = id }, StateResponse.Parser));

        Assert.Equal(code, failure.Code);
    }

    [Fact]
    public async Task Connect_WhenTheTaskIsUnknown_ThenPidZero()
    {
        var answer = await _shim.TaskAsync("Connect", new ConnectRequest { Id = "nobody" }, ConnectResponse.Parser);

        Assert.Equal(0u, answer.TaskPid);
        Assert.Equal((uint)Environment.ProcessId, answer.ShimPid);
    }

    [Theory]
    [InlineData(0, false)]
    [InlineData(65, false)]
    [InlineData(64, true)]
    public async Task Kill_WhenTheSignalIsOutOfRange_ThenInvalidArgument(uint signal, bool isSignal)
    {
        await CreateAsync();
        var kill = _shim.TaskAsync("Kill", new KillRequest { Id = "c1", Signal = signal }, Empty.Parser);

        if (isSignal)
        {
            await kill;
        }
        else
        {
            Assert.Equal(RpcStatusCode.InvalidArgument, (await Assert.ThrowsAsync<RpcException>(() => kill)).Code);
        }
    }

    [Fact]
    public async Task WatchEvents_WhenAskedAfterASequence_ThenOnlyWhatCameLater()
    {
        await CreateAsync();
        await _shim.TaskAsync("Start", new StartRequest { Id = "c1" }, StartResponse.Parser);
        await using var watcher = await _shim.ConnectAsync();

        var events = watcher.ServerStreamAsync(
            "shimservice.shim.v1.Shim", "WatchEvents", new Private.WatchEventsRequest { AfterSequence = 1 },
            Contracts.V1.Event.Parser, ServedShim.Limit);
        await using var reader = events.GetAsyncEnumerator();
        Assert.True(await reader.MoveNextAsync());
        Assert.Equal("/tasks/start", reader.Current.Topic);
        _engine.Containers["c1"].InitProcess.Exit(3);
        Assert.True(await reader.MoveNextAsync());

        Assert.Equal("/tasks/exit", reader.Current.Topic);
        Assert.Equal(3u, reader.Current.ExitStatus);
        Assert.Equal(3ul, reader.Current.Sequence);
    }

    [Fact]
    public async Task Attach_WhenInputIsSent_ThenOutputAndLogLengthComeBack()
    {
        await CreateAsync();
        var call = _shim.Client.Duplex<Private.AttachRequest, Private.AttachResponse>(
            "shimservice.shim.v1.Shim", "Attach", Private.AttachResponse.Parser, ServedShim.Limit);
        await call.WriteAsync(
            new Private.AttachRequest { Id = "c1", Stdin = ByteString.CopyFromUtf8("in") }, ServedShim.Limit);

        // Its output is over at once, and the call with it: no more can be said.
        var answers = new List<Private.AttachResponse>();
        await foreach (var answer in call.ReadAllAsync(ServedShim.Limit))
        {
            answers.Add(answer);
        }

        Assert.Equal(3ul, answers[0].LogBytes);
        Assert.Equal("hi\n", answers[1].Data.ToStringUtf8());
    }

    [Fact]
    public async Task Shutdown_WhenNoTaskIsLeft_ThenTheShimEndsAndItsSocketIsGone()
    {
        await _shim.TaskAsync("Shutdown", new ShutdownRequest { Id = "c1" }, Empty.Parser);

        await _shim.Running.WaitAsync(ServedShim.Limit);

        Assert.False(File.Exists(_shim.Directory["s"]));
    }

    [Fact]
    public async Task Wait_WhenTheConnectionCloses_ThenTheWaiterIsDropped()
    {
        await CreateAsync();
        var other = await _shim.ConnectAsync();
        var wait = other.UnaryAsync(
            "containerd.task.v3.Task", "Wait", new WaitRequest { Id = "c1" }, WaitResponse.Parser, ServedShim.Limit);
        await other.DisposeAsync();

        await Assert.ThrowsAnyAsync<Exception>(() => wait);
        var info = await _shim.ShimAsync("Info", new Private.InfoRequest(), Private.InfoResponse.Parser);
        Assert.Equal(1u, info.Tasks);
        Assert.Equal("g1", info.Group);
    }

    [Fact]
    public async Task Idle_WhenNobodyIsThere_ThenTheShimEnds()
    {
        await using var shim = await ServedShim.StartAsync(idle: TimeSpan.FromMilliseconds(1));
        await shim.Client.DisposeAsync();

        await shim.Running.WaitAsync(ServedShim.Limit);

        Assert.False(File.Exists(shim.Directory["s"]));
    }

    private static ExecProcessRequest ExecRequest(string process) => new()
    {
        Id = "c1",
        ExecId = "e1",
        Spec = new Any
        {
            TypeUrl = "types.containerd.io/opencontainers/runtime-spec/1/Process",
            Value = ByteString.CopyFromUtf8(process),
        },
    };

    private Task<CreateTaskResponse> CreateAsync() => _shim.TaskAsync(
        "Create", new CreateTaskRequest { Id = "c1", Bundle = "/bundle" }, CreateTaskResponse.Parser);

    private Task<StateResponse> StateAsync() =>
        _shim.TaskAsync("State", new StateRequest { Id = "c1" }, StateResponse.Parser);
}
