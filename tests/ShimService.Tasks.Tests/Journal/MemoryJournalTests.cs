using ShimService.Tasks.Events;
using ShimService.Tasks.Journal;
using ShimService.Tasks.Values;

namespace ShimService.Tasks.Tests.Journal;

public sealed class MemoryJournalTests
{
    private readonly MemoryJournal _journal = new();

    [Fact]
    public void Append_WhenCalled_ThenSequencesRiseByOne()
    {
        Assert.Equal(1ul, Append());
        Assert.Equal(2ul, Append());
        Assert.Equal(2ul, _journal.Last);
    }

    [Fact]
    public void Acknowledge_WhenCalled_ThenOlderAreDropped()
    {
        Append();
        Append();
        _journal.Acknowledge(1);

        Assert.Equal(2ul, Assert.Single(_journal.ReadAfter(0, 10)).Sequence);
    }

    [Fact]
    public async Task WaitAfter_WhenItGrows_ThenCompletes()
    {
        Append();
        await _journal.WaitAfterAsync(0, CancellationToken.None);
        var wait = _journal.WaitAfterAsync(1, CancellationToken.None);
        Assert.False(wait.IsCompleted);

        Append();

        await wait.WaitAsync(TimeSpan.FromSeconds(30));
    }

    private ulong Append() =>
        _journal.Append(new TaskEvent(0, DateTimeOffset.UnixEpoch, TaskTopic.Create, ContainerId.Parse("c1", "id")));
}
