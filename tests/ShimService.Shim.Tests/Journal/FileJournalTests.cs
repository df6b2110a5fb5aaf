using ShimService.Shim.Journal;
using ShimService.Tasks.Events;
using ShimService.Tasks.Values;

namespace ShimService.Shim.Tests.Journal;

public sealed class FileJournalTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();
    private readonly List<Exception> _broken = [];

    private string Path => _directory["journal"];

    public void Dispose() => _directory.Dispose();

    [Fact]
    public void Open_WhenThereWasOne_ThenItGoesOn()
    {
        using (var journal = Open())
        {
            Append(journal, TaskTopic.Create);
            Append(journal, TaskTopic.Start);
            Append(journal, TaskTopic.Exit);
            journal.Acknowledge(1);
        }

        using var again = Open();

        Assert.Equal(3ul, again.Last);
        Assert.Equal([2ul, 3ul], again.ReadAfter(0, 10).Select(happened => happened.Sequence));
        Assert.Equal(4ul, Append(again, TaskTopic.Delete));
    }

    [Fact]
    public void Open_WhenTheTailIsTorn_ThenCutOffAndWrittenOver()
    {
        using (var journal = Open())
        {
            Append(journal, TaskTopic.Create);
            Append(journal, TaskTopic.Start);
        }

        using (var file = File.OpenWrite(Path))
        {
            file.SetLength(file.Length - 3);
        }

        using (var torn = Open())
        {
            Assert.Equal(1ul, torn.Last);
            Append(torn, TaskTopic.Exit);
        }

        using var again = Open();
        Assert.Equal([TaskTopic.Create, TaskTopic.Exit], again.ReadAfter(0, 10).Select(happened => happened.Topic));
    }

    [Fact]
    public void ReadAfter_WhenMemoryHoldsLess_ThenFromTheFile()
    {
        using var journal = Open(new JournalOptions { InMemory = 4 });
        for (var count = 0; count < 2000; count++)
        {
            Append(journal, TaskTopic.OutOfMemory);
        }

        Assert.Equal(Enumerable.Range(11, 100).Select(sequence => (ulong)sequence),
            journal.ReadAfter(10, 100).Select(happened => happened.Sequence));
        Assert.Equal(1998ul, journal.ReadAfter(1997, 1)[0].Sequence);
    }

    [Fact]
    public void Compact_WhenGrown_ThenOverExecsGoAndInitStays()
    {
        using var journal = Open(new JournalOptions { CompactAt = 16 * 1024, InMemory = 4 });
        Append(journal, TaskTopic.Create);
        Append(journal, TaskTopic.OutOfMemory);
        Append(journal, TaskTopic.Exit);
        var running = ExecId.Parse("running", "id");
        Append(journal, TaskTopic.ExecAdded, running);
        Append(journal, TaskTopic.ExecStarted, running);
        var over = ExecId.Parse("over", "id");
        for (var count = 0; count < 1000; count++)
        {
            Append(journal, TaskTopic.ExecAdded, over);
            Append(journal, TaskTopic.ExecStarted, over);
            Append(journal, TaskTopic.Exit, over);
        }

        var left = journal.ReadAfter(0, int.MaxValue);

        Assert.Equal(
            [TaskTopic.Create, TaskTopic.OutOfMemory, TaskTopic.Exit, TaskTopic.ExecAdded, TaskTopic.ExecStarted],
            left.Take(5).Select(happened => happened.Topic));
        Assert.InRange(new FileInfo(Path).Length, 1, 17 * 1024);
        Assert.Equal(3005ul, journal.Last);
        Assert.Empty(_broken);
    }

    [Fact]
    public void Compact_WhenAllIsAcknowledged_ThenTheSequenceGoesOn()
    {
        using (var journal = Open(new JournalOptions { CompactAt = 4096 }))
        {
            for (var count = 0; count < 500; count++)
            {
                journal.Acknowledge(Append(journal, TaskTopic.Paused));
            }

            Assert.Empty(journal.ReadAfter(0, 10));
        }

        using var again = Open();
        Assert.Equal(501ul, Append(again, TaskTopic.Resumed));
    }

    [Fact]
    public async Task WaitAfter_WhenItGrows_ThenCompletes()
    {
        using var journal = Open();
        var wait = journal.WaitAfterAsync(0, CancellationToken.None);

        Append(journal, TaskTopic.Create);

        await wait.WaitAsync(TimeSpan.FromSeconds(30));
    }

    private static ulong Append(FileJournal journal, TaskTopic topic, ExecId? exec = null) => journal.Append(
        new TaskEvent(0, DateTimeOffset.UnixEpoch, topic, ContainerId.Parse("c1", "id")) { Exec = exec });

    private FileJournal Open(JournalOptions? options = null) => new(Path, options ?? new JournalOptions(), _broken.Add);
}
