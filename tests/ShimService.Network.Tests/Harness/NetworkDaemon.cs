using Google.Protobuf;
using ShimService.Contracts.V1;
using ShimService.Rpc;

namespace ShimService.Network.Tests.Harness;

/// <summary>
/// A published shimd inside a world, and a client of it. What it leaves in the world, the tests look for.
/// </summary>
internal sealed class NetworkDaemon : IAsyncDisposable
{
    private static readonly TimeSpan StartLimit = TimeSpan.FromSeconds(60);

    private readonly World _world;
    private readonly HashSet<uint> _shims = [];
    private Process _process = null!;
    private GrpcChannel? _channel;

    private NetworkDaemon(World world) => _world = world;

    public string Work { get; } = Directory.CreateTempSubdirectory("shimservice-net.").FullName;

    public string Rootfs => Path.Combine(Work, "rootfs");

    private string Socket => Path.Combine(Work, "shimd.sock");

    public static async Task<NetworkDaemon> StartAsync(World world)
    {
        if (!File.Exists(Repository.Shimctl))
        {
            throw new InvalidOperationException(
                $"no published binaries in {Repository.Binaries}: deploy/publish.sh makes them");
        }

        var daemon = new NetworkDaemon(world);
        (await Command.RunAsync(Repository.In("tests/lib/rootfs.sh"), daemon.Rootfs)).Expect();
        await daemon.StartAgainAsync();
        return daemon;
    }

    public async Task StartAgainAsync()
    {
        _process = Command.Start(
            "nsenter", $"--net={_world.Host}", Path.Combine(Repository.Binaries, "shimd"), "--socket", Socket,
            "--state", Path.Combine(Work, "state"), "--root", Path.Combine(Work, "root"));
        var said = new System.Collections.Concurrent.ConcurrentQueue<string>();
        _process.ErrorDataReceived += (_, line) => said.Enqueue(line.Data ?? "");
        _process.BeginErrorReadLine();
        _process.BeginOutputReadLine();
        await Eventually.BecomesAsync(
            true,
            () => _process.HasExited ? throw new InvalidOperationException(
                $"shimd ended with {_process.ExitCode}: {string.Join('\n', said)}") : AnswersAsync(),
            "shimd answers",
            StartLimit);
    }

    /// <summary>kill -9, at once.</summary>
    public async Task KillAsync()
    {
        _process.Kill();
        await _process.WaitForExitAsync();
        _process.Dispose();
        await CloseAsync();
    }

    /// <summary>A call of TaskService.</summary>
    public Task<TRes> TaskAsync<TReq, TRes>(string method, TReq request, MessageParser<TRes> parser)
        where TReq : class, IMessage<TReq>
        where TRes : class, IMessage<TRes> => CallAsync("shimservice.v1.TaskService", method, request, parser);

    /// <summary>A call of NetworkService.</summary>
    public Task<TRes> NetworkAsync<TReq, TRes>(string method, TReq request, MessageParser<TRes> parser)
        where TReq : class, IMessage<TReq>
        where TRes : class, IMessage<TRes> => CallAsync("shimservice.v1.NetworkService", method, request, parser);

    /// <summary>
    /// A container's id for its name in a test: control groups are everybody's, also of another run at the time.
    /// </summary>
    public static string Named(string name) => $"{name}-{Environment.ProcessId}";

    /// <summary>Runs a container that stays, with more in its config; answers its init's pid.</summary>
    public async Task<uint> RunAsync(string id, ContainerNetworking? networking, Action<ContainerConfig> change)
    {
        var request = Request(id, networking);
        change(request.Config);
        return (await TaskAsync("Run", request, RunResponse.Parser)).Pid;
    }

    /// <summary>Runs a container that stays; answers its init's pid.</summary>
    public async Task<uint> RunAsync(string id, ContainerNetworking? networking, params string[] args) =>
        (await TaskAsync("Run", Request(id, networking, args), RunResponse.Parser)).Pid;

    public CreateRequest Request(string id, ContainerNetworking? networking, params string[] args)
    {
        var config = new ContainerConfig
        {
            Rootfs = new Rootfs { Path = Rootfs },
            Networking = networking,
            Args = { args.Length > 0 ? args : ["sleep", "1000"] },
        };
        return new CreateRequest { Id = Named(id), Config = config };
    }

    public async Task<Contracts.V1.Task> GetAsync(string id) =>
        (await TaskAsync("Get", new GetRequest { Id = Named(id) }, GetResponse.Parser)).Task;

    public Task DeleteAsync(params string[] ids) => DeleteAllAsync(ids.Select(Named));

    public async Task<NetworkConfig> CreateNetworkAsync(NetworkConfig network) =>
        (await NetworkAsync("Create", new CreateNetworkRequest { Network = network }, CreateNetworkResponse.Parser)).Network;

    public Task DeleteNetworkAsync(string name) =>
        NetworkAsync("Delete", new DeleteNetworkRequest { Name = name }, DeleteNetworkResponse.Parser);

    public async Task<IReadOnlyList<string>> ListAsync() =>
        [.. (await TaskAsync("List", new ListRequest(), ListResponse.Parser)).Tasks.Select(static task => task.Id)];

    /// <summary>Runs a program in a container's network namespace.</summary>
    public static Task<Command> InsideAsync(uint pid, params string[] command) =>
        World.In($"/proc/{pid}/ns/net", command);

    /// <summary>
    /// Every trace of containers in the world and on the disk: interfaces, elements of the table, leases.
    /// </summary>
    public async Task<string> TracesAsync()
    {
        var links = (await World.In(_world.Host, "ip", "-o", "link")).Expect().Output.Split('\n')
            .Select(static line => line.Split(':', '@') is [_, var name, ..] ? name.Trim() : "")
            .Where(static name => name.StartsWith("sv", StringComparison.Ordinal)
                || name.StartsWith("veth", StringComparison.Ordinal));
        var rules = (await World.In(_world.Host, "nft", "list", "ruleset")).Expect().Output.Split('\n')
            .Where(static line => line.Contains("elements", StringComparison.Ordinal) || IsOfAPlugin(line));
        var leases = Path.Combine(Work, "state", "leases");
        var files =
            Directory.Exists(leases) ? Directory.GetFiles(leases).Select(static path => Path.GetFileName(path)) : [];
        return string.Join(' ', [.. links, .. rules, .. files]);
    }

    public async ValueTask DisposeAsync()
    {
        await DeleteAllAsync(await ListAsync());
        await RememberShimsAsync();
        await CloseAsync();
        await Command.RunAsync("kill", $"{_process.Id}");
        await _process.WaitForExitAsync();
        _process.Dispose();
        foreach (var shim in _shims.Where(IsOurShim))
        {
            await Command.RunAsync("kill", $"{shim}");
        }

        await Eventually.BecomesAsync(
            "", () => string.Join(' ', _shims.Where(IsOurShim)), "shims that are still there");
        Directory.Delete(Work, recursive: true);
    }

    /// <summary>So that they are ended also when another daemon has taken their place.</summary>
    public async Task RememberShimsAsync()
    {
        var info = await CallAsync("shimservice.v1.SystemService", "Info", new InfoRequest(), InfoResponse.Parser);
        _shims.UnionWith(info.Shims.Select(static shim => shim.Pid));
    }

    private Task<DeleteResponse[]> DeleteAllAsync(IEnumerable<string> ids) => Task.WhenAll(ids.Select(id =>
        TaskAsync("Delete", new DeleteRequest { Id = id, Force = true }, DeleteResponse.Parser)));

    private async Task<bool> AnswersAsync()
    {
        try
        {
            await CallAsync("shimservice.v1.SystemService", "Version", new VersionRequest(), VersionResponse.Parser);
            return true;
        }
        catch (Exception error) when (error is RpcException or IOException)
        {
            await CloseAsync();
            return false;
        }
    }

    private Task<TRes> CallAsync<TReq, TRes>(string service, string method, TReq request, MessageParser<TRes> parser)
        where TReq : class, IMessage<TReq>
        where TRes : class, IMessage<TRes> =>
        (_channel ??= GrpcChannel.ForUnixSocket(Socket)).UnaryAsync(
            service, method, request, parser, CancellationToken.None)
            .WaitAsync(StartLimit);

    private async Task CloseAsync()
    {
        if (_channel is { } channel)
        {
            _channel = null;
            await channel.DisposeAsync();
        }
    }

    // portmap's own chains stay, as it wants it; those of a container do not.
    private static bool IsOfAPlugin(string line) =>
        line.Replace("CNI-HOSTPORT-", "", StringComparison.Ordinal).Contains("CNI-", StringComparison.Ordinal);

    private static bool IsOurShim(uint pid)
    {
        try
        {
            return File.ReadAllText(
                $"/proc/{pid}/cmdline").Contains("containerd-shim-shimservice", StringComparison.Ordinal);
        }
        catch (IOException)
        {
            return false;
        }
    }
}
