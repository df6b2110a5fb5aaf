using Google.Protobuf;
using ShimService.Rpc;
using ShimService.Shim.Serve;
using ShimService.Shim.Start;
using ShimService.Tasks.Ports;
using ShimService.Testing.Fakes;

namespace ShimService.Shim.Tests.Serve;

/// <summary>A daemon in this process on a socket of its own, and a client of it.</summary>
internal sealed class ServedShim : IAsyncDisposable
{
    private const string V2 = "containerd.task.v2.Task";
    private readonly ShimLog _log;
    private readonly ShimDaemon _daemon;

    private ServedShim(TemporaryDirectory directory, IEngine engine, TimeProvider time, TimeSpan idle)
    {
        Directory = directory;
        _log = ShimLog.Open(directory.Path, time);
        _daemon = new ShimDaemon(
            new ShimOptions(directory.Path, "g1", directory["s"], ForShimd: true) { IdleLimit = idle },
            engine, _log, time);
        Running = _daemon.RunAsync(ShimSocket.Listen(directory["s"])!);
    }

    public TemporaryDirectory Directory { get; }

    public Task Running { get; }

    public TtrpcChannel Client { get; private set; } = null!;

    public static CancellationToken Limit => new CancellationTokenSource(TimeSpan.FromSeconds(20)).Token;

    public static async Task<ServedShim> StartAsync(
        IEngine? engine = null, TimeProvider? time = null, TimeSpan? idle = null)
    {
        var shim = new ServedShim(
            new TemporaryDirectory(), engine ?? new FakeEngine(), time ?? TimeProvider.System,
            idle ?? TimeSpan.FromSeconds(10));
        shim.Client = await shim.ConnectAsync();
        return shim;
    }

    public Task<TtrpcChannel> ConnectAsync() => TtrpcChannel.ConnectAsync(Directory["s"], Limit);

    /// <summary>A method of the Task service.</summary>
    public Task<TRes> TaskAsync<TReq, TRes>(string method, TReq request, MessageParser<TRes> parser)
        where TReq : class, IMessage<TReq>
        where TRes : class, IMessage<TRes> => Client.UnaryAsync(V2, method, request, parser, Limit);

    /// <summary>A method of the private service.</summary>
    public Task<TRes> ShimAsync<TReq, TRes>(string method, TReq request, MessageParser<TRes> parser)
        where TReq : class, IMessage<TReq>
        where TRes : class, IMessage<TRes> =>
        Client.UnaryAsync("shimservice.shim.v1.Shim", method, request, parser, Limit);

    public async ValueTask DisposeAsync()
    {
        await Client.DisposeAsync();
        _daemon.Stop();
        await Running.WaitAsync(Limit);
        _daemon.Dispose();
        _log.Dispose();
        Directory.Dispose();
    }
}
