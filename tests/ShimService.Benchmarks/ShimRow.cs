using System.Diagnostics;
using Google.Protobuf;
using ShimService.Contracts.Containerd.Task.V3;
using ShimService.Contracts.Shim.V1;
using ShimService.Rpc;

namespace ShimService.Benchmarks;

/// <summary>Ours without the daemon: four calls over ttrpc to a shim that is already there.</summary>
internal sealed class ShimRow(TtrpcChannel channel, string bundle) : IRow
{
    private const string Service = "containerd.task.v3.Task";

    public string Name => "ours, shim";

    public string Holds => "Create, Start, Wait and Delete over ttrpc, one after another, to a running shim";

    /// <summary>How long each of the calls took, warm-up included.</summary>
    public Dictionary<string, Measurements> Calls { get; } = [];

    public async Task<long> LaunchAsync(string id, CancellationToken cancel)
    {
        long begin = Stopwatch.GetTimestamp();
        var create = new CreateTaskRequest { Id = id, Bundle = bundle };
        await TimedAsync("Create", create, CreateTaskResponse.Parser, cancel);
        await TimedAsync("Start", new StartRequest { Id = id }, StartResponse.Parser, cancel);
        WaitResponse exit = await TimedAsync("Wait", new WaitRequest { Id = id }, WaitResponse.Parser, cancel);
        await TimedAsync("Delete", new DeleteRequest { Id = id }, DeleteResponse.Parser, cancel);
        long took = Stopwatch.GetElapsedTime(begin).Ticks * 100;
        return exit.ExitStatus == 0
            ? took
            : throw new InvalidOperationException($"{Name}: {id} exited with {exit.ExitStatus}");
    }

    /// <summary>One launch that asks the shim where its time went; not among the measured ones.</summary>
    public async Task CollectPartsAsync(string id, Dictionary<string, Measurements> parts, CancellationToken cancel)
    {
        await CreateAndStartAsync(id, cancel);
        await CallAsync("Wait", new WaitRequest { Id = id }, WaitResponse.Parser, cancel);
        TimingsResponse timings = await channel.UnaryAsync(
            "shimservice.shim.v1.Shim", "Timings", new TimingsRequest { Id = id }, TimingsResponse.Parser, cancel);
        foreach (Timing timing in timings.Timings)
        {
            if (!parts.TryGetValue(timing.Part, out Measurements? times))
            {
                times = parts[timing.Part] = new Measurements();
            }

            times.Add((long)timing.Nanoseconds);
        }

        await CallAsync("Delete", new DeleteRequest { Id = id }, DeleteResponse.Parser, cancel);
    }

    public async Task CreateAndStartAsync(string id, CancellationToken cancel)
    {
        await CallAsync("Create", new CreateTaskRequest { Id = id, Bundle = bundle }, CreateTaskResponse.Parser, cancel);
        await CallAsync("Start", new StartRequest { Id = id }, StartResponse.Parser, cancel);
    }

    public ValueTask DisposeAsync() => channel.DisposeAsync();

    private async Task<TRes> TimedAsync<TReq, TRes>(
        string method, TReq request, MessageParser<TRes> parser, CancellationToken cancel)
        where TReq : class, IMessage<TReq>
        where TRes : class, IMessage<TRes>
    {
        long begin = Stopwatch.GetTimestamp();
        TRes answer = await CallAsync(method, request, parser, cancel);
        if (!Calls.TryGetValue(method, out Measurements? times))
        {
            times = Calls[method] = new Measurements();
        }

        times.Add(Stopwatch.GetElapsedTime(begin).Ticks * 100);
        return answer;
    }

    private Task<TRes> CallAsync<TReq, TRes>(
        string method, TReq request, MessageParser<TRes> parser, CancellationToken cancel)
        where TReq : class, IMessage<TReq>
        where TRes : class, IMessage<TRes> =>
        channel.UnaryAsync(Service, method, request, parser, cancel);
}
