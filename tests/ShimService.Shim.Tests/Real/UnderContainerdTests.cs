using System.Globalization;
using System.Text;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using ShimService.Contracts.Containerd.Events;
using ShimService.Contracts.Containerd.Task.V2;
using ShimService.Contracts.Containerd.Types;
using ShimService.Rpc;
using ShimService.Shim.Tests.Forward;
using ShimService.Shim.Tests.Serve;
using Private = ShimService.Contracts.Shim.V1;
using RuncOptions = ShimService.Contracts.Containerd.Runc.V1.Options;

namespace ShimService.Shim.Tests.Real;

/// <summary>
/// The program as containerd runs it, with a containerd that only takes events: root, busybox, seconds.
/// </summary>
public sealed class UnderContainerdTests : IAsyncLifetime, IDisposable
{
    private const string Service = "containerd.task.v2.Task";
    private readonly TemporaryDirectory _directory = new();
    private readonly FakeContainerd _containerd;
    private readonly string _id = "u" + Guid.NewGuid().ToString("N")[..12];
    private int _shim;

    public UnderContainerdTests()
    {
        _containerd = new FakeContainerd(_directory["c.sock.ttrpc"]);
        Directory.CreateDirectory(_directory["sockets"]);
    }

    private string Bundle => _directory["b"];

    private string Cgroup => $"/{_id}-parent/{_id}";

    public Task InitializeAsync()
    {
        Assert.True(BusyboxBundle.Missing is null, BusyboxBundle.Missing);
        return Task.CompletedTask;
    }

    public async Task DisposeAsync()
    {
        await _containerd.DisposeAsync();
        if (_shim != 0)
        {
            DaemonProcess.Signal(_shim, 9);
            await DaemonProcess.GoneAsync(_shim);
        }

        foreach (var hierarchy in Directory.GetDirectories("/sys/fs/cgroup"))
        {
            await RemoveAsync($"{hierarchy}/{_id}-parent");
            await RemoveAsync($"{hierarchy}/{_id}-shim");
        }
    }

    public void Dispose() => _directory.Dispose();

    [Fact]
    public async Task Life_WhenContainerdIsThere_ThenEveryEventInOrderAndNothingIsLeft()
    {
        _containerd.Start();
        var socket = await StartAsync(BusyboxBundle.Make(Bundle, Cgroup, "exit 5"));
        await using var client = await TtrpcChannel.ConnectAsync(socket, ServedShim.Limit);
        await CreateAndStartAsync(client);
        await client.UnaryAsync(Service, "Wait", new WaitRequest { Id = _id }, WaitResponse.Parser, ServedShim.Limit);
        var deleted = await client.UnaryAsync(
            Service, "Delete", new DeleteRequest { Id = _id }, DeleteResponse.Parser, ServedShim.Limit);
        await client.UnaryAsync(Service, "Shutdown", new ShutdownRequest { Id = _id }, Empty.Parser, ServedShim.Limit);
        await DaemonProcess.GoneAsync(_shim);

        var create = await _containerd.NextAsync();
        Assert.Equal("/tasks/create", create.Topic);
        Assert.Equal("ns", create.Namespace);
        Assert.Equal(Bundle, TaskCreate.Parser.ParseFrom(create.Event.Value).Bundle);
        Assert.Equal("/tasks/start", (await _containerd.NextAsync()).Topic);
        var exit = await _containerd.NextAsync();
        Assert.Equal("/tasks/exit", exit.Topic);
        Assert.Equal(5u, TaskExit.Parser.ParseFrom(exit.Event.Value).ExitStatus);
        Assert.Equal(deleted.ExitedAt, TaskExit.Parser.ParseFrom(exit.Event.Value).ExitedAt);
        Assert.Equal("/tasks/delete", (await _containerd.NextAsync()).Topic);
        Assert.False(_containerd.HasMore);
        Assert.Empty(Directory.GetFiles(_directory["sockets"]));
        Assert.False(File.Exists(Path.Combine(Bundle, "task.record")));
    }

    [Theory]
    [InlineData("containerd.runc.v1.Options", RpcStatusCode.InvalidArgument, "\"no-runc\"")]
    [InlineData("what.Options", RpcStatusCode.InvalidArgument, "what.Options")]
    public async Task Create_WhenAnOptionCannotBeHad_ThenItIsNamedAndNothingElseIsSaid(
        string type, RpcStatusCode code, string message)
    {
        _containerd.Start();
        var socket = await StartAsync(BusyboxBundle.Make(Bundle, Cgroup, "true"));
        await using var client = await TtrpcChannel.ConnectAsync(socket, ServedShim.Limit);
        var request = new CreateTaskRequest
        {
            Id = _id,
            Bundle = Bundle,
            Options = new Any
            {
                TypeUrl = type, Value = new RuncOptions { BinaryName = "no-runc" }.ToByteString(),
            },
        };

        var failure = await Assert.ThrowsAsync<RpcException>(() => client.UnaryAsync(
            Service, "Create", request, CreateTaskResponse.Parser, ServedShim.Limit));

        Assert.Equal(code, failure.Code);
        Assert.Contains(message, failure.Message, StringComparison.Ordinal);
        Assert.Empty(failure.Details);
        Assert.False(File.Exists(Path.Combine(Bundle, "task.record")));
        Assert.False(_containerd.HasMore);
    }

    [Fact]
    public async Task Exit_WhenContainerdIsAway_ThenItIsTakenOnItsReturn()
    {
        _containerd.Start();
        var socket = await StartAsync(BusyboxBundle.Make(Bundle, Cgroup, "sleep 100"));
        await using var client = await TtrpcChannel.ConnectAsync(socket, ServedShim.Limit);
        await CreateAndStartAsync(client);
        Assert.Equal(["/tasks/create", "/tasks/start"], await _containerd.TopicsAsync(2));
        var stats = await client.UnaryAsync(
            Service, "Stats", new StatsRequest { Id = _id }, StatsResponse.Parser, ServedShim.Limit);
        AssertCounted(stats.Stats);
        await _containerd.StopAsync();
        await client.UnaryAsync(
            Service, "Kill", new KillRequest { Id = _id, Signal = 9 }, Empty.Parser, ServedShim.Limit);
        await client.UnaryAsync(Service, "Wait", new WaitRequest { Id = _id }, WaitResponse.Parser, ServedShim.Limit);

        _containerd.Start();

        Assert.Equal("/tasks/exit", (await _containerd.NextAsync()).Topic);
        var pids = await client.UnaryAsync(
            Service, "Pids", new PidsRequest { Id = _id }, PidsResponse.Parser, ServedShim.Limit);
        Assert.Single(pids.Processes);
        await client.UnaryAsync(
            Service, "Delete", new DeleteRequest { Id = _id }, DeleteResponse.Parser, ServedShim.Limit);
    }

    [Fact]
    public async Task Delete_WhenTheShimWasKilled_ThenTheRestOfItsEventsArriveAndNothingIsLeft()
    {
        var socket = await StartAsync(BusyboxBundle.Make(Bundle, Cgroup, "exit 7"));
        await using (var client = await TtrpcChannel.ConnectAsync(socket, ServedShim.Limit))
        {
            await CreateAndStartAsync(client);
            await client.UnaryAsync(
                Service, "Wait", new WaitRequest { Id = _id }, WaitResponse.Parser, ServedShim.Limit);
            DaemonProcess.Signal(_shim, 9);
        }

        await DaemonProcess.GoneAsync(_shim);
        _containerd.Start();
        var (status, output, errors) = await RunAsync([], [], "delete", "-bundle", Bundle);

        Assert.Equal((0, ""), (status, errors));
        Assert.Equal(7u, DeleteResponse.Parser.ParseFrom(output).ExitStatus);
        Assert.Equal(["/tasks/create", "/tasks/start", "/tasks/exit"], await _containerd.TopicsAsync(3));
        Assert.Empty(Directory.GetFiles(_directory["sockets"]));
        Assert.False(Directory.Exists($"/sys/fs/cgroup/memory{Cgroup}"));
    }

    [Fact]
    public async Task Delete_WhenACreateWasCutShort_ThenWhoWasInItsCgroupBeforeLives()
    {
        BusyboxBundle.Make(Bundle, Cgroup, "true");
        File.WriteAllText(
            Path.Combine(Bundle, "task.record"), $"version=1\nid={_id}\nbundle={Bundle}\npid=0\nstart=0\n");
        Directory.CreateDirectory($"/sys/fs/cgroup/unified{Cgroup}");
        var somebody = await ShimProgram.StartSleepAsync();
        try
        {
            File.WriteAllText($"/sys/fs/cgroup/unified{Cgroup}/cgroup.procs", $"{somebody}");

            var (status, _, errors) = await RunAsync([], [], "delete", "-bundle", Bundle);

            Assert.Equal((0, ""), (status, errors));
            Assert.False(DaemonProcess.IsZombie(somebody));
        }
        finally
        {
            DaemonProcess.Signal(somebody, 9);
            await DaemonProcess.GoneAsync(somebody);
            await RemoveAsync($"/sys/fs/cgroup/unified{Cgroup}");
        }
    }

    [Fact]
    public async Task Delete_WhenTheAddressNamesAFile_ThenItStays()
    {
        Directory.CreateDirectory(Bundle);
        var file = _directory["file"];
        File.WriteAllText(file, "");
        File.WriteAllText(Path.Combine(Bundle, "address"), $"unix://{file}");

        var (status, _, errors) = await RunAsync([], [], "delete", "-bundle", Bundle);

        Assert.Equal((0, ""), (status, errors));
        Assert.True(File.Exists(file));
    }

    [Fact]
    public async Task Group_WhenOneOfTwoIsDeleted_ThenTheOtherKeepsShimAndSocket()
    {
        const string annotations = """{"ociVersion":"1.0.2","annotations":{"io.containerd.runc.v2.group":"pod"}}""";
        _containerd.Start();
        Directory.CreateDirectory(Bundle);
        File.WriteAllText(Path.Combine(Bundle, "config.json"), annotations);
        var first = await StartAsync(Bundle);
        var shim = _shim;
        var second = await StartAsync(Bundle, _id + "-b");
        await using var client = await TtrpcChannel.ConnectAsync(first, ServedShim.Limit);

        // The first is gone before it was created, and its Shutdown meets the one that is announced.
        await client.UnaryAsync(Service, "Shutdown", new ShutdownRequest { Id = _id }, Empty.Parser, ServedShim.Limit);
        var (status, output, errors) = await RunAsync([], [], "delete", "-bundle", Bundle);
        var connected = await client.UnaryAsync(
            Service, "Connect", new ConnectRequest { Id = _id + "-b" }, ConnectResponse.Parser, ServedShim.Limit);

        Assert.Equal((first, shim), (second, _shim));
        Assert.Equal((0, ""), (status, errors));
        Assert.Equal(137u, DeleteResponse.Parser.ParseFrom(output).ExitStatus);
        Assert.Equal((uint)shim, connected.ShimPid);
        Assert.True(File.Exists(first));
    }

    [Theory]
    [InlineData(false, "unix://{0}")]
    [InlineData(true, """{{"version":2,"address":"unix://{0}","protocol":"ttrpc"}}""")]
    public async Task Start_WhenTheCallerIsOlder_ThenItsDialect(bool hasMaxVersion, string answer)
    {
        BusyboxBundle.Make(Bundle, Cgroup, "true");

        var (status, output, errors) = await RunAsync(
            hasMaxVersion ? ["MAX_SHIM_VERSION=2"] : [], [], "start", "-socket", _directory["sockets/s"]);

        Assert.Equal((0, ""), (status, errors));
        Assert.Equal(
            string.Format(
                CultureInfo.InvariantCulture, answer, _directory["sockets/s"]), Encoding.UTF8.GetString(output));
        Assert.Equal($"unix://{_directory["sockets/s"]}", File.ReadAllText(Path.Combine(Bundle, "address")));
        await NoteShimAsync(_directory["sockets/s"]);
    }

    [Fact]
    public async Task Start_WhenASettingIsAsked_ThenTheDaemonHasIt()
    {
        Directory.CreateDirectory($"/sys/fs/cgroup/memory/{_id}-shim");
        var options = new Any
        {
            TypeUrl =
                "containerd.runc.v1.Options", Value = new RuncOptions { ShimCgroup = $"/{_id}-shim" }.ToByteString(),
        };

        BusyboxBundle.Make(Bundle, Cgroup, "true");
        var (status, _, errors) = await RunAsync(
            [], options.ToByteArray(), "start", "-socket", _directory["sockets/s"]);

        Assert.Equal((0, ""), (status, errors));
        await NoteShimAsync(_directory["sockets/s"]);
        Assert.Equal(
            _shim.ToString(CultureInfo.InvariantCulture),
            File.ReadAllText($"/sys/fs/cgroup/memory/{_id}-shim/cgroup.procs").Trim());
        var own = int.Parse(File.ReadAllText("/proc/self/oom_score_adj"), CultureInfo.InvariantCulture);
        Assert.Equal(
            (own + 1).ToString(CultureInfo.InvariantCulture), File.ReadAllText($"/proc/{_shim}/oom_score_adj").Trim());
        DaemonProcess.Signal(_shim, 15);
        await DaemonProcess.GoneAsync(_shim);
    }

    [Theory]
    [InlineData("containerd.runc.v1.Options", "\u001a\u0002/x", "shim_cgroup \"/x\" is not there")]
    [InlineData("what.Options", "x", "options of type \"what.Options\" are unknown")]
    public async Task Start_WhenOptionsAreWrong_ThenOneLineAndNoSocket(string type, string value, string message)
    {
        BusyboxBundle.Make(Bundle, Cgroup, "true");
        var options = new Any { TypeUrl = type, Value = ByteString.CopyFromUtf8(value) };

        var (status, output, errors) = await RunAsync(
            [], options.ToByteArray(), "start", "-socket", _directory["sockets/s"]);

        Assert.Equal(1, status);
        Assert.Empty(output);
        Assert.Contains(message, Assert.Single(errors.TrimEnd().Split('\n')), StringComparison.Ordinal);
        Assert.Empty(Directory.GetFiles(_directory["sockets"]));
    }

    [Fact]
    public async Task Start_WhenTheAnswerCannotBeLeft_ThenNoShimIsLeftEither()
    {
        BusyboxBundle.Make(Bundle, Cgroup, "true");
        Directory.CreateDirectory(Path.Combine(Bundle, "address"));

        var (status, output, errors) = await RunAsync([], [], "start", "-socket", _directory["sockets/s"]);

        Assert.Equal(1, status);
        Assert.Empty(output);
        Assert.Contains("address", Assert.Single(errors.TrimEnd().Split('\n')), StringComparison.Ordinal);
        Assert.False(File.Exists(_directory["sockets/s"]));

        // Its lock and its journal go last.
        var limit = ServedShim.Limit;
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(10));
        while (Directory.GetFiles(_directory["sockets"]).Length > 0)
        {
            await timer.WaitForNextTickAsync(limit);
        }
    }

    private static void AssertCounted(Any stats)
    {
        if (stats.TypeUrl == "io.containerd.cgroups.v2.Metrics")
        {
            var unified = Contracts.Containerd.Cgroups.V2.Metrics.Parser.ParseFrom(stats.Value);
            Assert.InRange(unified.Pids.Current, 1ul, 10ul);
            Assert.InRange(unified.Memory.Usage, 1ul, ulong.MaxValue);
            return;
        }

        Assert.Equal("io.containerd.cgroups.v1.Metrics", stats.TypeUrl);
        var legacy = Contracts.Containerd.Cgroups.V1.Metrics.Parser.ParseFrom(stats.Value);
        Assert.InRange(legacy.Pids.Current, 1ul, 10ul);
        Assert.InRange(legacy.Memory.Usage.Usage, 1ul, ulong.MaxValue);
        Assert.InRange(legacy.Cpu.Usage.Total, 1ul, ulong.MaxValue);
        Assert.NotEmpty(legacy.Cpu.Usage.PerCpu);
    }

    /// <summary>A process that has ended is in its cgroup until init has collected it.</summary>
    private static async Task RemoveAsync(string cgroup)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(15));
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(10));
        while (Directory.Exists(cgroup))
        {
            try
            {
                Directory.Delete(cgroup);
            }
            catch (IOException) when (!limit.IsCancellationRequested)
            {
                await timer.WaitForNextTickAsync(limit.Token);
            }
        }
    }

    /// <summary>As containerd 2.3 starts it: everything on stdin. Answers the socket.</summary>
    private async Task<string> StartAsync(string bundle, string? id = null)
    {
        var stdin = new MemoryStream();
        using (var message = new CodedOutputStream(stdin, leaveOpen: true))
        {
            Text(message, 1, id ?? _id);
            Text(message, 2, "ns");
            Text(message, 5, _containerd.Path);
            Text(message, 9, _directory["sockets"]);
        }

        Assert.Equal(Bundle, bundle);
        var (status, output, errors) = await ShimProgram.RunAsync(
            Bundle, [], stdin.ToArray(), "-namespace", "ns", "-id", id ?? _id, "-address", _directory["c.sock"], "start");
        Assert.Equal((0, ""), (status, errors));
        Assert.Equal([8, 3, 0x12], output[..3]);
        var socket = Encoding.UTF8.GetString(output, 4, output[3])["unix://".Length..];
        Assert.StartsWith(_directory["sockets/"], socket, StringComparison.Ordinal);
        await NoteShimAsync(socket);
        return socket;
    }

    private static void Text(CodedOutputStream output, int field, string text)
    {
        output.WriteTag(field, WireFormat.WireType.LengthDelimited);
        output.WriteString(text);
    }

    private Task<(int Status, byte[] Output, string Errors)> RunAsync(
        string[] variables, byte[] stdin, string action, params string[] flags) => ShimProgram.RunAsync(
        Bundle, variables, stdin,
        ["-namespace", "ns", "-id", _id, "-address", _directory["c.sock"], "-publish-binary", "/x", .. flags, action]);

    private async Task NoteShimAsync(string socket)
    {
        await using var client = await TtrpcChannel.ConnectAsync(socket, ServedShim.Limit);
        var info = await client.UnaryAsync(
            "shimservice.shim.v1.Shim", "Info", new Private.InfoRequest(), Private.InfoResponse.Parser, ServedShim.Limit);
        _shim = (int)info.Pid;
    }

    /// <summary>With a rootfs that is mounted, as containerd has it done.</summary>
    private async Task CreateAndStartAsync(TtrpcChannel client)
    {
        Directory.Move(Path.Combine(Bundle, "rootfs"), _directory["root"]);
        var request = new CreateTaskRequest { Id = _id, Bundle = Bundle };
        request.Rootfs.Add(new Mount { Type = "bind", Source = _directory["root"], Options = { "rbind", "rw" } });
        await client.UnaryAsync(Service, "Create", request, CreateTaskResponse.Parser, ServedShim.Limit);
        await client.UnaryAsync(
            Service, "Start", new StartRequest { Id = _id }, StartResponse.Parser, ServedShim.Limit);
    }
}
