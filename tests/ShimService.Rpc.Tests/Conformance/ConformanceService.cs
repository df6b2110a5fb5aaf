using System.Collections.Concurrent;
using Google.Protobuf;

namespace ShimService.Rpc.Tests.Conformance;

/// <summary>The service both transports are tried with, and what a test can see of it.</summary>
internal sealed class ConformanceService
{
    private readonly ConcurrentDictionary<string, BlockedCall> _blocked = new();
    private readonly ConcurrentQueue<Exception> _unexpected = new();

    public ConformanceService() => Table = new(
        "shimservice.conformance.v1.Conformance",
        [
            RpcMethod.Unary<EchoRequest, EchoResponse>("Echo", EchoRequest.Parser, EchoAsync),
            RpcMethod.Unary<FailRequest, FailResponse>("Fail", FailRequest.Parser, FailAsync),
            RpcMethod.Unary<BlockRequest, BlockResponse>("Block", BlockRequest.Parser, BlockAsync),
            RpcMethod.Unary<DescribeRequest, DescribeResponse>("Describe", DescribeRequest.Parser, DescribeAsync),
            RpcMethod.ServerStream<CountRequest, CountResponse>("Count", CountRequest.Parser, CountAsync),
            RpcMethod.ClientStream<SumRequest, SumResponse>("Sum", SumRequest.Parser, SumAsync),
            RpcMethod.Duplex<ChatRequest, ChatResponse>("Chat", ChatRequest.Parser, ChatAsync),
        ]);

    public ServiceTable Table { get; }

    /// <summary>What the server was told of through its Unexpected callback.</summary>
    public IReadOnlyCollection<Exception> UnexpectedErrors => _unexpected;

    public void Unexpected(RpcContext context, Exception error) => _unexpected.Enqueue(error);

    /// <summary>The handler of Block or Count that waits under that key.</summary>
    public BlockedCall Blocked(string key) => _blocked.GetOrAdd(key, static _ => new());

    private static Task<EchoResponse> EchoAsync(EchoRequest request, RpcContext context)
    {
        ByteString data = request.ReplyBytes > 0 ? ByteString.CopyFrom(new byte[request.ReplyBytes]) : request.Data;
        return Task.FromResult(new EchoResponse { Text = request.Text, Data = data });
    }

    private static Task<FailResponse> FailAsync(FailRequest request, RpcContext context) => throw (request switch
    {
        { Crash: true } => new InvalidOperationException(request.Message),
        { Field: not "" } => RpcException.InvalidArgument(request.Field, request.Message),
        _ => new RpcException((RpcStatusCode)request.Code, request.Message),
    });

    private async Task<BlockResponse> BlockAsync(BlockRequest request, RpcContext context)
    {
        await BlockAsync(request.Key, request.Stubborn, context);
        return new();
    }

    private async Task BlockAsync(string key, bool stubborn, RpcContext context)
    {
        BlockedCall call = Blocked(key);
        call.Entered.TrySetResult();
        // Not disposed of: callbacks run last one first, and the wait below would take this one with it.
        context.Cancellation.Register(() => call.Cancelled.TrySetResult());
        await (stubborn ? call.Released.Task : call.Released.Task.WaitAsync(context.Cancellation));
    }

    private static Task<DescribeResponse> DescribeAsync(DescribeRequest request, RpcContext context)
    {
        var response = new DescribeResponse
        {
            Service = context.Service,
            Method = context.Method,
            PeerPid = context.Peer?.Pid ?? 0,
            PeerUid = context.Peer?.Uid ?? 0,
        };
        if (context.Deadline is { } deadline)
        {
            response.MillisecondsLeft = (long)(deadline - TimeProvider.System.GetUtcNow()).TotalMilliseconds;
        }

        foreach ((string key, string value) in context.Metadata)
        {
            response.Metadata.Add(new Pair { Key = key, Value = value });
        }

        return Task.FromResult(response);
    }

    private async Task CountAsync(CountRequest request, IRpcWriter<CountResponse> writer, RpcContext context)
    {
        ByteString data = ByteString.CopyFrom(new byte[request.Size]);
        for (uint number = 1; number <= request.Count; number++)
        {
            await writer.WriteAsync(new() { Number = number, Data = data }, context.Cancellation);
        }

        if (request.Block.Length > 0)
        {
            await BlockAsync(request.Block, stubborn: false, context);
        }

        if (request.Code != 0)
        {
            throw new RpcException((RpcStatusCode)request.Code, $"after {request.Count}");
        }
    }

    private async Task<SumResponse> SumAsync(IRpcReader<SumRequest> reader, RpcContext context)
    {
        BlockedCall call = Blocked("sum");
        var response = new SumResponse();
        try
        {
            await foreach (SumRequest request in reader.ReadAllAsync(context.Cancellation))
            {
                call.Entered.TrySetResult();
                response.Total += request.Number;
                response.Messages++;
            }
        }
        catch (OperationCanceledException)
        {
            call.Cancelled.TrySetResult();
            throw;
        }

        return response;
    }

    private static async Task ChatAsync(
        IRpcReader<ChatRequest> reader, IRpcWriter<ChatResponse> writer, RpcContext context)
    {
        await foreach (ChatRequest request in reader.ReadAllAsync(context.Cancellation))
        {
            switch (request.Text)
            {
                case "fail":
                    throw new RpcException(RpcStatusCode.Aborted, "as asked");
                case "end":
                    return;
                default:
                    await writer.WriteAsync(new() { Text = "re: " + request.Text }, context.Cancellation);
                    break;
            }
        }

        await writer.WriteAsync(new() { Text = "bye" }, context.Cancellation);
    }
}
