using System.Diagnostics;
using System.Globalization;
using ShimService.Contracts.V1;
using ShimService.Rpc;
using Task = System.Threading.Tasks.Task;

namespace ShimService.Benchmarks.Networks;

/// <summary>
/// What a network adds to a launch: Run over gRPC of the same config without a network, on our bridge, and on that of
/// the CNI bridge plugin with host-local, alternated. To be run where nobody else's network is.
/// </summary>
internal static class NetworkBenchmark
{
    private const string Tasks = "shimservice.v1.TaskService";
    private const int WarmUp = 5;

    public static async Task RunAsync(string socket, string rootfs, string work, int rounds)
    {
        await using var channel = GrpcChannel.ForUnixSocket(socket);
        await channel.UnaryAsync("shimservice.v1.NetworkService", "Create",
            new CreateNetworkRequest { Network = new NetworkConfig { Name = "plugin", Type = "cni", CniConfig = Plugins(work) } },
            CreateNetworkResponse.Parser, CancellationToken.None);
        string[] networks = ["none", "bridge", "plugin"];
        Measurements[] results = [.. networks.Select(static _ => new Measurements())];
        for (int round = -WarmUp; round < rounds; round++)
        {
            for (int turn = 0; turn < networks.Length; turn++)
            {
                int row = (turn + round + WarmUp) % networks.Length;
                long time = await LaunchAsync(channel, $"net{row}-{round + WarmUp}", rootfs, networks[row]);
                if (round >= 0)
                {
                    results[row].Add(time);
                }
            }
        }

        Console.WriteLine("| Run over gRPC | median ms | p10 | p90 | adds ms |");
        Console.WriteLine("|---|---|---|---|---|");
        string[] names = ["without a network", "our bridge", "CNI bridge plugin"];
        for (int row = 0; row < names.Length; row++)
        {
            Measurements result = results[row];
            Console.WriteLine(
                $"| {names[row]} | {Text(result.Median)} | {Text(result.Quantile(0.1))} | {Text(result.Quantile(0.9))} "
                    + $"| {Text(result.Median - results[0].Median)} |");
        }
    }

    private static async Task<long> LaunchAsync(RpcChannel channel, string id, string rootfs, string network)
    {
        var config = new ContainerConfig
        {
            Rootfs = new Rootfs { Path = rootfs },
            Args = { "/bin/sleep", "1000000" },
            Networking = new ContainerNetworking { Networks = { new NetworkAttachment { Network = network } } },
        };
        long begin = Stopwatch.GetTimestamp();
        await channel.UnaryAsync(
            Tasks, "Run", new CreateRequest { Id = id, Config = config }, RunResponse.Parser, CancellationToken.None);
        long took = Stopwatch.GetElapsedTime(begin).Ticks * 100;
        await channel.UnaryAsync(
            Tasks, "Delete", new DeleteRequest { Id = id, Force = true }, DeleteResponse.Parser, CancellationToken.None);
        return took;
    }

    private static string Plugins(string work) => $$"""
        {
          "cniVersion": "1.0.0", "name": "plugin",
          "plugins": [{
            "type": "bridge", "bridge": "bench0", "isGateway": true, "ipMasq": false,
            "ipam": {
              "type": "host-local", "dataDir": "{{work}}/ipam", "ranges": [[{ "subnet": "10.99.0.0/16" }]],
              "routes": [{ "dst": "0.0.0.0/0" }]
            }
          }]
        }
        """;

    private static string Text(double nanoseconds) => (nanoseconds / 1e6).ToString("F2", CultureInfo.InvariantCulture);
}
