using System.Globalization;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using ShimService.Contracts.Containerd.Runtime.Sandbox.V1;
using ShimService.Contracts.Containerd.Task.V2;
using ShimService.Rpc;
using ShimService.Shim.Tests.Serve;
using ShimService.Testing.Fakes;

namespace ShimService.Shim.Tests.Sandboxes;

/// <summary>The service as containerd calls it, with namespaces of this kernel: root.</summary>
public sealed class SandboxServiceTests : IAsyncLifetime
{
    private const string Service = "containerd.runtime.sandbox.v1.Sandbox";
    private readonly FakeEngine _engine = new();
    private ServedShim _shim = null!;

    public async Task InitializeAsync() => _shim = await ServedShim.StartAsync(_engine);

    public async Task DisposeAsync() => await _shim.DisposeAsync();

    [Fact]
    public async Task Life_WhenOrdinary_ThenNamespacesAreHeldUntilTheStop()
    {
        await CreateAsync(SandboxConfigTests.Config(
            SandboxConfigTests.Field(2, "web"u8), [16, 1], ("kernel.shmmni", "1234")));
        Assert.Equal("SANDBOX_NOTREADY", (await StatusAsync()).State);
        var started =
            await CallAsync("StartSandbox", new StartSandboxRequest { SandboxId = "p1" }, StartSandboxResponse.Parser);
        var wait = CallAsync("WaitSandbox", new WaitSandboxRequest { SandboxId = "p1" }, WaitSandboxResponse.Parser);
        var status = await StatusAsync();

        Assert.Equal(("SANDBOX_READY", started.Pid), (status.State, status.Pid));
        Assert.NotEqual(Namespace("self", "uts"), Namespace(started.Pid, "uts"));
        Assert.NotEqual(Namespace("self", "ipc"), Namespace(started.Pid, "ipc"));
        Assert.Equal(Namespace("self", "net"), Namespace(started.Pid, "net"));
        Assert.Equal(Namespace("self", "mnt"), Namespace(started.Pid, "mnt"));
        Assert.NotEqual("1234", File.ReadAllText("/proc/sys/kernel/shmmni").Trim());
        Assert.False(wait.IsCompleted);

        await CallAsync("StopSandbox", new StopSandboxRequest { SandboxId = "p1" }, StopSandboxResponse.Parser);
        Assert.Equal(0u, (await wait).ExitStatus);
        status = await StatusAsync();
        Assert.Equal(("SANDBOX_NOTREADY", 0u), (status.State, status.Pid));
        Assert.Equal((await wait).ExitedAt, status.ExitedAt);
        Assert.False(Directory.Exists($"/proc/{started.Pid}"));
        await CallAsync(
            "ShutdownSandbox", new ShutdownSandboxRequest { SandboxId = "p1" }, ShutdownSandboxResponse.Parser);
        await _shim.Running.WaitAsync(ServedShim.Limit);
    }

    [Fact]
    public async Task Shutdown_WhenOnlyTasksAskForIt_ThenTheSandboxKeepsItsShim()
    {
        await CreateAsync(null);
        await CallAsync("StartSandbox", new StartSandboxRequest { SandboxId = "p1" }, StartSandboxResponse.Parser);
        await _shim.TaskAsync("Create", new CreateTaskRequest { Id = "c1", Bundle = "/b" }, CreateTaskResponse.Parser);
        await _shim.TaskAsync("Start", new StartRequest { Id = "c1" }, StartResponse.Parser);
        _engine.Containers["c1"].InitProcess.Exit(0);
        await _shim.TaskAsync("Wait", new WaitRequest { Id = "c1" }, WaitResponse.Parser);
        await _shim.TaskAsync("Delete", new DeleteRequest { Id = "c1" }, DeleteResponse.Parser);
        await _shim.TaskAsync("Shutdown", new ShutdownRequest { Id = "c1" }, Empty.Parser);

        await CallAsync("PingSandbox", new PingRequest { SandboxId = "p1" }, PingResponse.Parser);
        await _shim.TaskAsync("Create", new CreateTaskRequest { Id = "c2", Bundle = "/b" }, CreateTaskResponse.Parser);

        // And the stop ends what runs in it.
        await CallAsync("StopSandbox", new StopSandboxRequest { SandboxId = "p1" }, StopSandboxResponse.Parser);
        var exit = await _shim.TaskAsync("Wait", new WaitRequest { Id = "c2" }, WaitResponse.Parser);
        Assert.Equal(137u, exit.ExitStatus);
    }

    [Fact]
    public async Task Create_WhenThereIsOne_ThenAlreadyExists()
    {
        await CreateAsync(null);

        var failure = await Assert.ThrowsAsync<RpcException>(() => CreateAsync(null));

        Assert.Equal(RpcStatusCode.AlreadyExists, failure.Code);
    }

    [Fact]
    public async Task Start_WhenTheNetworkIsNotThere_ThenTheStepSaysSo()
    {
        await CallAsync(
            "CreateSandbox", new CreateSandboxRequest { SandboxId = "p1", NetnsPath = "/run/netns/none" },
            CreateSandboxResponse.Parser);

        var failure = await Assert.ThrowsAsync<RpcException>(() => CallAsync(
            "StartSandbox", new StartSandboxRequest { SandboxId = "p1" }, StartSandboxResponse.Parser));

        Assert.Equal(RpcStatusCode.FailedPrecondition, failure.Code);
        Assert.Contains("/run/netns/none", failure.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("StopSandbox")]
    [InlineData("SandboxStatus")]
    [InlineData("PingSandbox")]
    public async Task Any_WhenTheSandboxIsUnknown_ThenNotFound(string method)
    {
        // Their requests are the same bytes: the id is field 1 of each.
        var failure = await Assert.ThrowsAsync<RpcException>(
            () => CallAsync(method, new PingRequest { SandboxId = "nobody" }, PingResponse.Parser));

        Assert.Equal(RpcStatusCode.NotFound, failure.Code);
    }

    private static string Namespace(object process, string kind) =>
        File.ResolveLinkTarget(string.Create(CultureInfo.InvariantCulture, $"/proc/{process}/ns/{kind}"), false)!.Name;

    private Task<CreateSandboxResponse> CreateAsync(Any? options) => CallAsync(
        "CreateSandbox", new CreateSandboxRequest { SandboxId = "p1", BundlePath = "/b", Options = options },
        CreateSandboxResponse.Parser);

    private Task<SandboxStatusResponse> StatusAsync() => CallAsync(
        "SandboxStatus", new SandboxStatusRequest { SandboxId = "p1" }, SandboxStatusResponse.Parser);

    private Task<TRes> CallAsync<TReq, TRes>(string method, TReq request, MessageParser<TRes> parser)
        where TReq : class, IMessage<TReq>
        where TRes : class, IMessage<TRes> =>
            _shim.Client.UnaryAsync(Service, method, request, parser, ServedShim.Limit);
}
