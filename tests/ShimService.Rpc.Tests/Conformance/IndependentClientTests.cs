using ShimService.Rpc.Tests.Support;

namespace ShimService.Rpc.Tests.Conformance;

/// <summary>What clients that share no line with us make of the same service.</summary>
public sealed class IndependentClientTests
{
    // Debian's: a version manager's python has no grpcio.
    private const string Python = "/usr/bin/python3";

    private static readonly string[] GrpcCases =
    [
        "unary_ok", "unary_empty", "unary_large", "unary_gzip", "unary_concurrent", "error_every_code", "error_details",
        "error_long_message", "error_unimplemented", "error_oversize", "deadline", "cancel", "metadata",
        "server_stream", "server_stream_error", "server_stream_cancel", "client_stream", "duplex", "duplex_error",
        "reflection_v1", "reflection_v1alpha", "health", "authority_path", "authority_percent",
    ];

    private readonly ConformanceService _served = new();

    [Fact]
    public async Task Grpc_WhenTriedByPythonGrpcio_ThenEveryCaseIsOk()
    {
        await using GrpcTestServer server = await StartAsync();

        IReadOnlyDictionary<string, string?> outcomes = await ClientProgram.RunAsync(
            ClientProgram.Folder,
            Python,
            [PythonScript("grpc_client.py"), server.SocketPath, .. ClientProgram.ProtoRoots]);

        AssertAllOk([.. GrpcCases, "unary_unknown_field"], outcomes);
        await AssertCancelledAsync("python");
    }

    [Fact]
    public async Task Grpc_WhenTriedByGrpcJs_ThenEveryCaseIsOk()
    {
        await using GrpcTestServer server = await StartAsync();
        string folder = await InstallAsync();

        IReadOnlyDictionary<string, string?> outcomes = await ClientProgram.RunAsync(
            folder, "node", ["client.js", server.SocketPath, .. ClientProgram.ProtoRoots]);

        AssertAllOk(GrpcCases, outcomes);
        await AssertCancelledAsync("js");
    }

    [Fact]
    public async Task Ttrpc_WhenTriedWithGoldenBytes_ThenEveryExchangeIsExact()
    {
        await using var server = new TtrpcTestServer([_served.Table]);

        IReadOnlyDictionary<string, string?> outcomes = await ClientProgram.RunAsync(
            ClientProgram.Folder, Python, PythonScript("ttrpc_golden.py"), server.SocketPath);

        AssertAllOk(
            [
                "unary", "unary_empty", "unary_error", "server_stream", "server_stream_empty_request",
                "server_stream_error", "client_stream", "client_stream_first_message_in_request", "duplex",
                "ids_go_on_after_unknown_types", "metadata_and_timeout",
            ],
            outcomes);
    }

    private static string PythonScript(string name) => Path.Combine(ClientProgram.Folder, "python", name);

    private Task<GrpcTestServer> StartAsync() => GrpcTestServer.StartAsync(
        [_served.Table], new() { Files = [ConformanceReflection.Descriptor] });

    // Into a cache beside the sources, once for each state of the lock file.
    private static async Task<string> InstallAsync()
    {
        string source = Path.Combine(ClientProgram.Folder, "js");
        string folder = Path.Combine(ClientProgram.Repository, ".cache", "grpc-js");
        Directory.CreateDirectory(folder);
        string locked = await File.ReadAllTextAsync(Path.Combine(source, "package-lock.json"));
        string installed = Path.Combine(folder, "installed.json");
        File.Copy(Path.Combine(source, "client.js"), Path.Combine(folder, "client.js"), overwrite: true);
        if (!File.Exists(installed) || await File.ReadAllTextAsync(installed) != locked)
        {
            foreach (string name in (string[])["package.json", "package-lock.json"])
            {
                File.Copy(Path.Combine(source, name), Path.Combine(folder, name), overwrite: true);
            }

            await ClientProgram.ExecuteAsync(folder, "npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund");
            await File.WriteAllTextAsync(installed, locked);
        }

        return folder;
    }

    private static void AssertAllOk(IEnumerable<string> names, IReadOnlyDictionary<string, string?> outcomes)
    {
        Assert.Empty(outcomes.Where(outcome => outcome.Value is not null).Select(one => $"{one.Key}: {one.Value}"));
        Assert.Equal(names.Order(StringComparer.Ordinal), outcomes.Keys.Order(StringComparer.Ordinal));
    }

    private async Task AssertCancelledAsync(string client)
    {
        foreach (string what in (string[])["deadline", "cancel", "stream"])
        {
            await _served.Blocked($"{client} {what}").Cancelled.Task.InTime();
        }
    }
}
