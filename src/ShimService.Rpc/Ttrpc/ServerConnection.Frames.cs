using Google.Protobuf;
using ShimService.Contracts.Ttrpc;

namespace ShimService.Rpc.Ttrpc;

/// <summary>What becomes of each frame that comes in.</summary>
internal sealed partial class ServerConnection
{
    private ValueTask SortAsync(Frame frame)
    {
        FrameHeader header = frame.Header;
        if (header.StreamId % 2 == 0 && header.Type is FrameType.Request or FrameType.Data)
        {
            frame.Payload.Return();
            return PostAsync(header.StreamId, RpcStatusCode.InvalidArgument, "stream ids of clients are odd");
        }

        switch (header.Type)
        {
            case FrameType.Request:
                return OpenAsync(frame);
            case FrameType.Data:
                return FeedAsync(frame);
            case FrameType.Cancel:
                Find(header.StreamId)?.Abandon();
                break;
            default:
                break;
        }

        frame.Payload.Return();
        return ValueTask.CompletedTask;
    }

    private ValueTask OpenAsync(Frame frame)
    {
        uint id = frame.Header.StreamId;
        try
        {
            if (id <= _lastId)
            {
                return PostAsync(id, RpcStatusCode.InvalidArgument, "stream ids increase and are used once");
            }

            _lastId = id;
            if (frame.TooLarge)
            {
                return PostAsync(id, MessageCodec.TooLarge(frame.Header.Length, Options.MessageLimit));
            }

            Request request = Request.Parser.ParseFrom(frame.Payload.Span);
            (ServiceTable service, RpcMethod method) = _tables.Route(request.Service, request.Method);
            var call = new ServerCall(this, id, service, method, request, frame.Header.Flags);
            if (Refuse(call) is { } error)
            {
                return PostAsync(id, error);
            }

            // Either way this thread runs it as soon as the loop waits for the next frame.
            if (method.OnPool || Options.Receiver?.TryKeep(call) != true)
            {
                ThreadPool.UnsafeQueueUserWorkItem(call, preferLocal: true);
            }

            return ValueTask.CompletedTask;
        }
        catch (InvalidProtocolBufferException error)
        {
            return PostAsync(id, RpcStatusCode.InvalidArgument, $"the request does not parse: {error.Message}");
        }
        catch (RpcException error)
        {
            return PostAsync(id, error);
        }
        finally
        {
            frame.Payload.Return();
        }
    }

    private RpcException? Refuse(ServerCall call)
    {
        lock (_lock)
        {
            if (_draining || _closed)
            {
                return RpcException.Unavailable("the server is shutting down");
            }

            if (_calls.Count >= Options.CallsPerConnection)
            {
                return RpcException.ResourceExhausted(
                    "TOO_MANY_CALLS", $"this connection already has {_calls.Count} calls under way");
            }

            _calls[call.StreamId] = call;
            return null;
        }
    }

    private async ValueTask FeedAsync(Frame frame)
    {
        uint id = frame.Header.StreamId;
        if (Find(id) is not { } call)
        {
            // Data for a call that has just ended is no fault of the client's.
            frame.Payload.Return();
            if (id > _lastId)
            {
                await PostAsync(id, RpcStatusCode.InvalidArgument, "there is no such stream");
            }

            return;
        }

        if (frame.TooLarge)
        {
            call.EndEarly(MessageCodec.TooLarge(frame.Header.Length, Options.MessageLimit));
            return;
        }

        if (frame.Header.Flags.HasFlag(FrameFlags.NoData))
        {
            frame.Payload.Return();
        }
        else if (!call.Input.TryAdd(frame.Payload))
        {
            await MakeRoomAsync(call, frame.Payload);
        }

        if (frame.Header.Flags.HasFlag(FrameFlags.RemoteClosed))
        {
            call.Input.Complete(null);
        }
    }

    private async ValueTask MakeRoomAsync(ServerCall call, Payload payload)
    {
        bool alone;
        lock (_lock)
        {
            alone = _calls.Count == 1;
        }

        if (alone)
        {
            do
            {
                await call.Input.WaitForRoomAsync();
            }
            while (!call.Input.TryAdd(payload));
        }
        else
        {
            payload.Return();
            call.EndEarly(RpcException.ResourceExhausted(
                "STREAM_FULL", $"{Options.StreamBuffer} bytes wait in this stream and its handler takes none"));
        }
    }

    private ServerCall? Find(uint streamId)
    {
        lock (_lock)
        {
            return _calls.GetValueOrDefault(streamId);
        }
    }
}
