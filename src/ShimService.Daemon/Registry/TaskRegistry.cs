using System.Collections.Concurrent;
using System.Text.Json;
using ShimService.Contracts.V1;
using ShimService.Daemon.Events;
using ShimService.Daemon.Files;
using ShimService.Daemon.Shims;
using ShimService.Rpc;
using ShimService.Tasks.Values;

namespace ShimService.Daemon.Registry;

/// <summary>Which ids are in use, and by which shim. Any thread may call any member.</summary>
internal sealed class TaskRegistry(StateLayout layout)
{
    private readonly ConcurrentDictionary<string, TaskEntry> _entries = new(StringComparer.Ordinal);

    /// <summary>Told of every init process that has exited; set before the first shim is watched. Must not block.</summary>
    public Action<TaskEntry>? Exited { get; set; }

    public ICollection<TaskEntry> All => _entries.Values;

    public int Count => _entries.Count;

    /// <summary>Takes an id. Errors: AlreadyExists.</summary>
    public TaskEntry Reserve(ContainerId id)
    {
        var entry = new TaskEntry(id.Value, layout.TaskDirectory(id.Value));
        return _entries.TryAdd(id.Value, entry)
            ? entry
            : throw RpcException.AlreadyExists("TASK_EXISTS", $"task {id} exists; delete it, or choose another id");
    }

    /// <summary>Takes in a task of an earlier run.</summary>
    public void Adopt(TaskEntry entry) => _entries[entry.Id] = entry;

    /// <summary>Errors: TaskException InvalidArgument for what is no id, NotFound for an unknown one.</summary>
    public TaskEntry Require(string id) =>
        _entries.TryGetValue(ContainerId.Parse(id, "id").Value, out var entry) ? entry : throw Unknown(id);

    public IReadOnlyList<TaskEntry> OfShim(Shim shim) => [.. _entries.Values.Where(entry => entry.Shim == shim)];

    /// <summary>
    /// Writes down that a shim is about to be asked for this task. One write to a file nobody else reads before it
    /// is whole: a torn or missing record means that the shim was not asked.
    /// </summary>
    public static void Bind(TaskEntry entry, Shim shim, TaskRecord record)
    {
        File.WriteAllBytes(
            entry.RecordPath, JsonSerializer.SerializeToUtf8Bytes(record, RecordJson.Default.TaskRecord));
        entry.Bind(shim, record);
    }

    /// <summary>
    /// The id is free again; its directory goes first, so that the next owner finds nothing. Of callers at the same
    /// time one does it and is told true; the others wait for it: what is in the directory then is the next owner's.
    /// </summary>
    /// <param name="first">Done by the one that removes, while the id is still taken.</param>
    public bool Remove(TaskEntry entry, Action? first = null) => entry.RemoveOnce(() =>
    {
        first?.Invoke();
        ContainerStorage.Remove(layout, entry.Id);
        _entries.TryRemove(KeyValuePair.Create(entry.Id, entry));
    });

    /// <summary>Follows a recorded event of a shim.</summary>
    public void Observe(Shim shim, Event message)
    {
        if (_entries.TryGetValue(message.ContainerId, out var entry) && entry.Shim == shim)
        {
            entry.Mirror.Apply(message);
            if (message is { Topic: Topics.Exit, ExecId: "" })
            {
                Exited?.Invoke(entry);
            }
        }
    }

    private static RpcException Unknown(string id) =>
        RpcException.NotFound("UNKNOWN_TASK", $"there is no task {id}");
}
