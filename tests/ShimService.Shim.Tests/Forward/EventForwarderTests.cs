using ShimService.Rpc;
using ShimService.Shim.Forward;
using ShimService.Tasks.Events;
using ShimService.Tasks.Journal;
using ShimService.Tasks.Values;

namespace ShimService.Shim.Tests.Forward;

public sealed class EventForwarderTests
{
    private static readonly ForwardOptions Quick = new()
    {
        FirstWait = TimeSpan.FromMilliseconds(1), LongestWait = TimeSpan.FromMilliseconds(2),
    };

    private readonly MemoryJournal _journal = new();
    private readonly FakeReceiver _receiver = new();
    private readonly List<string> _log = [];

    [Fact]
    public async Task Forward_WhenAllIsWell_ThenInOrderAndAcknowledged()
    {
        Append(100);

        await Forwarder().ForwardAsync(CancellationToken.None);

        Assert.Equal(Enumerable.Range(1, 100).Select(sequence => (ulong)sequence), _receiver.Taken);
        Assert.Empty(_journal.ReadAfter(0, 10));
        Assert.Empty(_log);
    }

    [Fact]
    public async Task Forward_WhenTheReceiverIsAway_ThenTheSameEventUntilItIsTaken()
    {
        for (var count = 0; count < 20; count++)
        {
            _receiver.Refusals.Enqueue(count % 2 == 0 ? RpcStatusCode.Unavailable : RpcStatusCode.Unknown);
        }

        Append(2);
        await Forwarder().ForwardAsync(CancellationToken.None);

        Assert.Equal([1ul, 2ul], _receiver.Taken);
        Assert.Equal(22, _receiver.Attempts);
        Assert.Equal(2, _log.Count);
    }

    [Fact]
    public async Task Forward_WhenRefusedForGood_ThenLoggedAndPassedOver()
    {
        _receiver.Refusals.Enqueue(RpcStatusCode.InvalidArgument);
        Append(2);

        await Forwarder().ForwardAsync(CancellationToken.None);

        Assert.Equal([2ul], _receiver.Taken);
        Assert.Contains(
            "event 1 (OutOfMemory of c1) is refused for good", Assert.Single(_log), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Run_WhenEventsCome_ThenTakenAndWhoWaitsIsTold()
    {
        using var stop = new CancellationTokenSource();
        var forwarder = Forwarder();
        var running = forwarder.RunAsync(stop.Token);
        Append(3);

        await forwarder.WaitUntilDoneAsync(TimeSpan.FromSeconds(10));

        Assert.True(forwarder.IsDone);
        Assert.Equal(3, _receiver.Taken.Count);
        await stop.CancelAsync();
        await running.WaitAsync(TimeSpan.FromSeconds(10));
    }

    [Fact]
    public void IsFinal_WhenAnyCode_ThenOnlyWhatNoRetryHeals() => Assert.Equal(
        [
            RpcStatusCode.InvalidArgument, RpcStatusCode.NotFound, RpcStatusCode.AlreadyExists,
            RpcStatusCode.PermissionDenied, RpcStatusCode.FailedPrecondition, RpcStatusCode.OutOfRange,
            RpcStatusCode.Unimplemented, RpcStatusCode.Unauthenticated,
        ],
        Enum.GetValues<RpcStatusCode>().Where(ForwardFailure.IsFinal));

    private EventForwarder Forwarder() => new(_journal, _receiver, _log.Add, Quick, TimeProvider.System);

    private void Append(int count)
    {
        for (; count > 0; count--)
        {
            _journal.Append(new TaskEvent(
                0, DateTimeOffset.UnixEpoch, TaskTopic.OutOfMemory, ContainerId.Parse("c1", "id")));
        }
    }
}
