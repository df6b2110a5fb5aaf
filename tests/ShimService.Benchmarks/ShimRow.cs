using System.Diagnostics;
using Google.Protobuf;
using ShimService.Contracts.Containerd.Task.V3;
using ShimService.Rpc;

namespace ShimService.Benchmarks;

/// <summary>Ours without the daemon: four calls over ttrpc to a shim that is already there.</summary>
internal sealed class ShimRow(TtrpcChannel channel, string bundle) : IRow
{
    private const string Service = "containerd.task.v3.Task";

    public string Name => "ours, shim";

    public string Holds => "Create, Start, Wait and Delete over ttrpc, one after another, to a running shim";

    public async Task<long> LaunchAsync(string id, CancellationToken cancel)
    {
        long begin = Stopwatch.GetTimestamp();
        await CallAsync("Create", new CreateTaskRequest { Id = id, Bundle = bundle }, CreateTaskResponse.Parser, cancel);
        await CallAsync("Start", new StartRequest { Id = id }, StartResponse.Parser, cancel);
        WaitResponse exit = await CallAsync("Wait", new WaitRequest { Id = id }, WaitResponse.Parser, cancel);
        await CallAsync("Delete", new DeleteRequest { Id = id }, DeleteResponse.Parser, cancel);
        long took = Stopwatch.GetElapsedTime(begin).Ticks * 100;
        return exit.ExitStatus == 0
            ? took
            : throw new InvalidOperationException($"{Name}: {id} exited with {exit.ExitStatus}");
    }

    public async Task CreateAndStartAsync(string id, CancellationToken cancel)
    {
        await CallAsync("Create", new CreateTaskRequest { Id = id, Bundle = bundle }, CreateTaskResponse.Parser, cancel);
        await CallAsync("Start", new StartRequest { Id = id }, StartResponse.Parser, cancel);
    }

    public ValueTask DisposeAsync() => channel.DisposeAsync();

    private Task<TRes> CallAsync<TReq, TRes>(
        string method, TReq request, MessageParser<TRes> parser, CancellationToken cancel)
        where TReq : class, IMessage<TReq>
        where TRes : class, IMessage<TRes> =>
        channel.UnaryAsync(Service, method, request, parser, cancel);
}
