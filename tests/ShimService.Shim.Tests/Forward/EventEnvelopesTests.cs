using ShimService.Contracts.Containerd.Events;
using ShimService.Shim.Forward;
using ShimService.Shim.Journal;
using ShimService.Tasks.Events;
using ShimService.Tasks.Ports;
using ShimService.Tasks.Values;

namespace ShimService.Shim.Tests.Forward;

public sealed class EventEnvelopesTests
{
    private static readonly DateTimeOffset At = DateTimeOffset.UnixEpoch.AddSeconds(5);

    [Theory]
    [InlineData(TaskTopic.Create, "/tasks/create", "TaskCreate")]
    [InlineData(TaskTopic.Start, "/tasks/start", "TaskStart")]
    [InlineData(TaskTopic.Exit, "/tasks/exit", "TaskExit")]
    [InlineData(TaskTopic.Delete, "/tasks/delete", "TaskDelete")]
    [InlineData(TaskTopic.ExecAdded, "/tasks/exec-added", "TaskExecAdded")]
    [InlineData(TaskTopic.ExecStarted, "/tasks/exec-started", "TaskExecStarted")]
    [InlineData(TaskTopic.Paused, "/tasks/paused", "TaskPaused")]
    [InlineData(TaskTopic.Resumed, "/tasks/resumed", "TaskResumed")]
    [InlineData(TaskTopic.OutOfMemory, "/tasks/oom", "TaskOOM")]
    public void Of_WhenAnyTopic_ThenTopicTypeAndTime(TaskTopic topic, string name, string type)
    {
        var envelope = EventEnvelopes.Of(Event(topic), "ns");

        Assert.Equal((name, "ns", 5L), (envelope.Topic, envelope.Namespace, envelope.Timestamp.Seconds));
        Assert.Equal("containerd.events." + type, envelope.Event.TypeUrl);
        Assert.Equal([0x0a, 2, (byte)'c', (byte)'1'], envelope.Event.Value.ToByteArray()[..4]);
    }

    [Fact]
    public void Of_WhenInitHasExited_ThenItsIdIsTheContainers()
    {
        var exit = TaskExit.Parser.ParseFrom(EventEnvelopes.Of(Event(TaskTopic.Exit), "ns").Event.Value);

        Assert.Equal(
            ("c1", "c1", 42u, 7u, 6L), (exit.ContainerId, exit.Id, exit.Pid, exit.ExitStatus, exit.ExitedAt.Seconds));
    }

    [Fact]
    public void Of_WhenAnExecHasExited_ThenItsOwnId()
    {
        var happened = Event(TaskTopic.Exit) with { Exec = ExecId.Parse("e1", "id") };

        Assert.Equal("e1", TaskExit.Parser.ParseFrom(EventEnvelopes.Of(happened, "ns").Event.Value).Id);
    }

    [Fact]
    public void Of_WhenACreateHasBeenInTheJournal_ThenBundleStreamsAndMounts()
    {
        var happened = Event(TaskTopic.Create) with
        {
            Bundle = "/b",
            Stdio = new StdioRequest("/in", "/out", "", true),
            Rootfs = [new RootfsMount("overlay", "overlay", "", ["lowerdir=/l", "ro"])],
        };
        var kept = JournalCodec.Decode(JournalCodec.Encode(happened))!.Happened!;

        var create = TaskCreate.Parser.ParseFrom(EventEnvelopes.Of(kept, "ns").Event.Value);

        Assert.Equal(("/b", 42u, "/in", "/out", "", true), (
            create.Bundle, create.Pid, create.Io.Stdin, create.Io.Stdout, create.Io.Stderr, create.Io.Terminal));
        Assert.Equal(["lowerdir=/l", "ro"], Assert.Single(create.Rootfs).Options);
    }

    private static TaskEvent Event(TaskTopic topic) => new(3, At, topic, ContainerId.Parse("c1", "id"))
    {
        Pid = new Pid(42),
        Exit =
            topic is TaskTopic.Exit or TaskTopic.Delete ? new ProcessExit(7, At.AddSeconds(1), OomKilled: false) : null,
        Exec = topic is TaskTopic.ExecAdded or TaskTopic.ExecStarted ? ExecId.Parse("e1", "id") : null,
    };
}
