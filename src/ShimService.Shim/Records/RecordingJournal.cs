using ShimService.Linux.Errors;
using ShimService.Tasks.Events;
using ShimService.Tasks.Journal;

namespace ShimService.Shim.Records;

/// <summary>
/// Keeps the containers' records in step with the journal: made at create, the exit added, gone at delete. On the
/// way of every event, so a record is there before the create is answered.
/// </summary>
internal sealed class RecordingJournal(
    IJournal journal, RecordStore store, string socket, Action<string, Exception> failed) : IJournal
{
    private readonly Lock _gate = new();
    private readonly Dictionary<string, TaskRecord> _records = [];

    public ulong Last => journal.Last;

    public ulong Append(TaskEvent happened)
    {
        if (happened.Exec is null)
        {
            try
            {
                Record(happened);
            }
            catch (Exception failure) when (failure is KernelException or IOException or UnauthorizedAccessException)
            {
                // The container is none the worse; only a delete after our death would know less.
                failed($"write the record of {happened.Container}", failure);
            }
        }

        return journal.Append(happened);
    }

    public IReadOnlyList<TaskEvent> ReadAfter(ulong sequence, int limit) => journal.ReadAfter(sequence, limit);

    public Task WaitAfterAsync(ulong sequence, CancellationToken cancel) => journal.WaitAfterAsync(sequence, cancel);

    public void Acknowledge(ulong sequence) => journal.Acknowledge(sequence);

    private void Record(TaskEvent happened)
    {
        var id = happened.Container.Value;
        switch (happened.Topic)
        {
            case TaskTopic.Create:
                var origin = happened.Origin!;
                store.Write(Keep(new TaskRecord(id, happened.Bundle!, happened.Pid!.Value.Value, origin.StartTime)
                {
                    Cgroups = [origin.Cgroup], Socket = socket, Engine = origin.Engine,
                }));
                break;
            case TaskTopic.Exit when Get(id) is { } record:
                var exit = happened.Exit!;
                store.AddExit(Keep(record with { ExitStatus = exit.Status, ExitedAtTicks = exit.At.UtcTicks }));
                break;
            case TaskTopic.Delete when Get(id) is { } record:
                lock (_gate)
                {
                    _records.Remove(id);
                }

                store.Remove(id, record.Bundle);
                break;
            default:
                break;
        }
    }

    private TaskRecord? Get(string id)
    {
        lock (_gate)
        {
            return _records.GetValueOrDefault(id);
        }
    }

    private TaskRecord Keep(TaskRecord record)
    {
        lock (_gate)
        {
            return _records[record.Id] = record;
        }
    }
}
