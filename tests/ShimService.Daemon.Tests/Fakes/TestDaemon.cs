using System.Net.Sockets;
using Google.Protobuf;
using Microsoft.Extensions.Logging.Abstractions;
using ShimService.Contracts.V1;
using ShimService.Daemon.Configuration;
using ShimService.Daemon.Files;
using ShimService.Rpc;

namespace ShimService.Daemon.Tests.Fakes;

/// <summary>
/// shimd's parts over fake shims, with a client on a real socket. Directories go when it is disposed of.
/// </summary>
internal sealed class TestDaemon : IAsyncDisposable
{
    public static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    private const string TaskService = "shimservice.v1.TaskService";

    private readonly string _base = Directory.CreateTempSubdirectory("shimd-").FullName;
    private CancellationTokenSource _stop = new();
    private Task _serving = Task.CompletedTask;
    private TtrpcChannel? _client;

    public FakeLauncher Launcher { get; } = new();

    public DaemonParts Parts { get; private set; } = null!;

    public DaemonOptions Options { get; set; } = new();

    public StateLayout Layout => Parts.Layout;

    public static async Task<TestDaemon> StartAsync(DaemonOptions? options = null)
    {
        var daemon = new TestDaemon { Options = options ?? new DaemonOptions() };
        await daemon.UpAsync();
        return daemon;
    }

    public async Task UpAsync()
    {
        var options = Options with { State = Path.Combine(_base, "s"), Root = Path.Combine(_base, "r") };
        var layout = new StateLayout(options);
        layout.Prepare();
        Parts = new DaemonParts(options, layout, Launcher, TimeProvider.System, NullLoggerFactory.Instance);
        await Parts.StartAsync(CancellationToken.None);
        File.Delete(layout.Socket);
        var listener = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        listener.Bind(new UnixDomainSocketEndPoint(layout.Socket));
        listener.Listen();
        _stop = new CancellationTokenSource();
        _serving = new TtrpcServer(
            listener, Parts.Tables, new TtrpcServerOptions { DrainTime = TimeSpan.FromSeconds(1) }).RunAsync(_stop.Token);
        _client = await TtrpcChannel.ConnectAsync(layout.Socket, CancellationToken.None);
    }

    /// <summary>shimd ends; its shims live on.</summary>
    public async Task DownAsync()
    {
        Parts.EndCalls();
        await _client!.DisposeAsync();
        await _stop.CancelAsync();
        await _serving;
        await Parts.DisposeAsync();
    }

    public Task<TResponse> CallAsync<TRequest, TResponse>(
        string method, TRequest request, MessageParser<TResponse> parser)
        where TRequest : class, IMessage<TRequest>
        where TResponse : class, IMessage<TResponse> =>
        _client!.UnaryAsync(TaskService, method, request, parser, CancellationToken.None).WaitAsync(Limit);

    public IAsyncEnumerable<LogsResponse> Logs(LogsRequest request, CancellationToken cancel) =>
        _client!.ServerStreamAsync(TaskService, "Logs", request, LogsResponse.Parser, cancel);

    public RpcDuplexCall<AttachRequest, AttachResponse> Attach(CancellationToken cancel) =>
        _client!.Duplex<AttachRequest, AttachResponse>(TaskService, "Attach", AttachResponse.Parser, cancel);

    public IAsyncEnumerable<Event> Watch(WatchEventsRequest request, CancellationToken cancel) =>
        _client!.ServerStreamAsync("shimservice.v1.EventService", "Watch", request, Event.Parser, cancel);

    /// <summary>A bundle as small as shimd needs it.</summary>
    public string MakeBundle(string json = """{"process":{"args":["sh"],"cwd":"/"}}""")
    {
        var bundle = Directory.CreateDirectory(Path.Combine(_base, "bundle-" + Guid.NewGuid().ToString("N"))).FullName;
        File.WriteAllText(Path.Combine(bundle, "config.json"), json);
        return bundle;
    }

    public Task<RunResponse> RunAsync(string id, string group = "") => CallAsync(
        "Run", new CreateRequest { Id = id, Bundle = MakeBundle(), Group = group }, RunResponse.Parser);

    public Task<GetResponse> GetAsync(string id) => CallAsync("Get", new GetRequest { Id = id }, GetResponse.Parser);

    public Task<DeleteResponse> DeleteAsync(string id, bool force = false) =>
        CallAsync("Delete", new DeleteRequest { Id = id, Force = force }, DeleteResponse.Parser);

    public Task<WaitResponse> WaitAsync(string id, string execId = "") =>
        CallAsync("Wait", new WaitRequest { Id = id, ExecId = execId }, WaitResponse.Parser);

    /// <summary>Topics of the events of a task, until one of them is the last.</summary>
    public async Task<List<string>> TopicsUntilAsync(string id, string last)
    {
        using var limit = new CancellationTokenSource(Limit);
        var topics = new List<string>();
        await foreach (
            var message in Watch(new WatchEventsRequest { AfterSequence = 0, ContainerIds = { id } }, limit.Token))
        {
            topics.Add(message.ExecId.Length == 0 ? message.Topic : $"{message.Topic} {message.ExecId}");
            if (topics[^1] == last)
            {
                break;
            }
        }

        return topics;
    }

    public async ValueTask DisposeAsync()
    {
        await DownAsync();
        await Launcher.DisposeAsync();
        _stop.Dispose();
        Directory.Delete(_base, recursive: true);
    }
}
