using Google.Protobuf;
using ShimService.Contracts.Containerd.Task.V3;
using ShimService.Contracts.Shim.V1;
using ShimService.Rpc;

namespace ShimService.Benchmarks;

/// <summary>Calls to a shim that are not measured from outside.</summary>
internal sealed class ShimCalls(TtrpcChannel channel, string bundle)
{
    private const string Service = "containerd.task.v3.Task";

    /// <summary>One launch that asks the shim where its time went.</summary>
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
        await CallAsync(
            "Create", new CreateTaskRequest { Id = id, Bundle = bundle }, CreateTaskResponse.Parser, cancel);
        await CallAsync("Start", new StartRequest { Id = id }, StartResponse.Parser, cancel);
    }

    private Task<TRes> CallAsync<TReq, TRes>(
        string method, TReq request, MessageParser<TRes> parser, CancellationToken cancel)
        where TReq : class, IMessage<TReq>
        where TRes : class, IMessage<TRes> =>
        channel.UnaryAsync(Service, method, request, parser, cancel);
}
