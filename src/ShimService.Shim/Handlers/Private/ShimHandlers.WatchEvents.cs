using ShimService.Contracts.Shim.V1;
using ShimService.Rpc;
using ShimService.Shim.Handlers.Mapping;
using ShimService.Tasks.Events;
using Event = ShimService.Contracts.V1.Event;

namespace ShimService.Shim.Handlers.Private;

internal sealed partial class ShimHandlers
{
    private const int EventsAtOnce = 64;

    /// <summary>
    /// Ends with the connection only. A watcher that reads slowly slows nobody: it reads the journal.
    /// </summary>
    private async Task WatchEventsAsync(
        WatchEventsRequest request, IRpcWriter<Event> writer, RpcContext context)
    {
        var sequence = request.AfterSequence;
        while (true)
        {
            foreach (var happened in tasks.Journal.ReadAfter(sequence, EventsAtOnce))
            {
                await writer.WriteAsync(Describe(happened), context.Cancellation);
                sequence = happened.Sequence;
            }

            await tasks.Journal.WaitAfterAsync(sequence, context.Cancellation);
        }
    }

    private static Event Describe(TaskEvent happened)
    {
        var message = new Event
        {
            Sequence = happened.Sequence,
            Timestamp = Times.Of(happened.At),
            Topic = Topics.Name(happened.Topic),
            ContainerId = happened.Container.Value,
            ExecId = happened.Exec?.Value ?? "",
            Pid = (uint)(happened.Pid?.Value ?? 0),
            Bundle = happened.Bundle ?? "",
        };
        if (happened.Exit is { } exit)
        {
            message.ExitStatus = (uint)exit.Status;
            message.ExitedAt = Times.Of(exit.At);
        }

        return message;
    }
}
