using System.Diagnostics;
using ShimService.Contracts.V1;
using ShimService.Rpc;

namespace ShimService.Benchmarks;

/// <summary>Ours as a client sees it: gRPC to shimd, whose shim is already there.</summary>
internal sealed class DaemonRow(RpcChannel channel, string bundle) : IRow
{
    private const string Service = "shimservice.v1.TaskService";

    public string Name => "ours, gRPC";

    public string Holds => "Run, Wait and Delete over gRPC, one after another, to a running shimd";

    public async Task<long> LaunchAsync(string id, CancellationToken cancel)
    {
        long begin = Stopwatch.GetTimestamp();
        var run = new CreateRequest { Id = id, Bundle = bundle };
        await channel.UnaryAsync(Service, "Run", run, RunResponse.Parser, cancel);
        var wait = new WaitRequest { Id = id };
        WaitResponse exit = await channel.UnaryAsync(Service, "Wait", wait, WaitResponse.Parser, cancel);
        var delete = new DeleteRequest { Id = id };
        await channel.UnaryAsync(Service, "Delete", delete, DeleteResponse.Parser, cancel);
        long took = Stopwatch.GetElapsedTime(begin).Ticks * 100;
        return exit.ExitStatus == 0
            ? took
            : throw new InvalidOperationException($"{Name}: {id} exited with {exit.ExitStatus}");
    }

    public ValueTask DisposeAsync() => channel.DisposeAsync();
}
