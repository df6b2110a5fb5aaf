using ShimService.Shim.Records;
using ShimService.Tasks.Events;
using ShimService.Tasks.Journal;
using ShimService.Tasks.Ports;
using ShimService.Tasks.Values;

namespace ShimService.Shim.Tests.Records;

public sealed class RecordingJournalTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Append_WhenATaskLives_ThenItsRecordFollows(bool inBundles)
    {
        Directory.CreateDirectory(_directory["bundle"]);
        var journal = new RecordingJournal(
            new MemoryJournal(), new RecordStore(_directory.Path, inBundles), "", (_, failure) => throw failure);
        var at = inBundles ? _directory["bundle"] : _directory.Path;

        Append(journal, TaskTopic.Create);
        var created = RecordStore.Find(at, "c1");
        Append(journal, TaskTopic.Exit);
        var exited = RecordStore.Find(at, "c1");
        Append(journal, TaskTopic.Delete);

        Assert.Equal(Environment.ProcessId, created!.Pid);
        Assert.Equal(4711ul, created.StartTime);
        Assert.Equal(["/shimservice/c1"], created.Cgroups);
        Assert.Null(created.ExitStatus);
        Assert.Equal(7, exited!.ExitStatus);
        Assert.Null(RecordStore.Find(at, "c1"));
        Assert.Empty(Directory.GetFiles(at));
    }

    private void Append(RecordingJournal journal, TaskTopic topic) => journal.Append(
        new TaskEvent(0, DateTimeOffset.UnixEpoch, topic, ContainerId.Parse("c1", "id"))
        {
            Pid = new Pid(Environment.ProcessId),
            Bundle = topic == TaskTopic.Create ? _directory["bundle"] : null,
            Origin = topic == TaskTopic.Create ? new ProcessOrigin(4711, "/shimservice/c1") : null,
            Exit = topic == TaskTopic.Create ? null : new ProcessExit(7, DateTimeOffset.UnixEpoch, OomKilled: false),
        });
}
