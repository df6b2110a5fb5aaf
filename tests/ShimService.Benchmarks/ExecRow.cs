using System.Diagnostics;
using ShimService.Contracts.V1;
using ShimService.Rpc;

namespace ShimService.Benchmarks;

/// <summary>An exec in a container that idles, over gRPC to shimd.</summary>
internal sealed class ExecRow : IRow
{
    private const string Service = "shimservice.v1.TaskService";

    private readonly RpcChannel _channel;
    private readonly string _container;

    private ExecRow(RpcChannel channel, string container)
    {
        _channel = channel;
        _container = container;
    }

    public string Name => "ours, exec";

    public string Holds => "Exec, Wait and Delete of /bin/true over gRPC, one after another";

    public static async Task<ExecRow> StartAsync(RpcChannel channel, string bundle, CancellationToken cancel)
    {
        string container = $"bench-exec-{Environment.ProcessId}";
        var run = new CreateRequest { Id = container, Bundle = bundle };
        await channel.UnaryAsync(Service, "Run", run, RunResponse.Parser, cancel);
        return new ExecRow(channel, container);
    }

    public async Task<long> LaunchAsync(string id, CancellationToken cancel)
    {
        var exec = new ExecRequest { Id = _container, ExecId = id, Args = { "/bin/true" } };
        var wait = new WaitRequest { Id = _container, ExecId = id };
        var delete = new DeleteRequest { Id = _container, ExecId = id };
        long begin = Stopwatch.GetTimestamp();
        await _channel.UnaryAsync(Service, "Exec", exec, ExecResponse.Parser, cancel);
        WaitResponse exit = await _channel.UnaryAsync(Service, "Wait", wait, WaitResponse.Parser, cancel);
        await _channel.UnaryAsync(Service, "Delete", delete, DeleteResponse.Parser, cancel);
        long took = Stopwatch.GetElapsedTime(begin).Ticks * 100;
        return exit.ExitStatus == 0
            ? took
            : throw new InvalidOperationException($"{Name}: {id} exited with {exit.ExitStatus}");
    }

    public async ValueTask DisposeAsync()
    {
        var delete = new DeleteRequest { Id = _container, Force = true };
        await _channel.UnaryAsync(Service, "Delete", delete, DeleteResponse.Parser, CancellationToken.None);
        await _channel.DisposeAsync();
    }
}
