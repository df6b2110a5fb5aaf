using ShimService.Daemon.Shims;
using ShimService.Oci.Model;
using ShimService.Rpc;

namespace ShimService.Daemon.Registry;

/// <summary>
/// One id that is in use: where its task is. Reserved first, bound to a shim before that is asked to make it, and
/// ended when the shim died: then the last known truth is kept here until the task is deleted.
/// Any thread may call any member.
/// </summary>
internal sealed class TaskEntry(string id, string directory)
{
    private readonly TaskCompletionSource<TaskMessage> _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Lock _removal = new();
    private bool _removed;
    private bool _made;
    private IReadOnlyList<string> _volumes = [];

    public string Id { get; } = id;

    /// <summary>Holds the record, the logs, and the bundle of a task made from a config.</summary>
    public string Directory { get; } = directory;

    /// <summary>Null until bound.</summary>
    public Shim? Shim { get; private set; }

    /// <summary>Null until bound.</summary>
    public TaskRecord? Record { get; private set; }

    public TaskMirror Mirror { get; private set; } = new(new TaskMessage { Id = id });

    /// <summary>The named volumes it has, or is about to get: set before the first of them is made.</summary>
    public IReadOnlyList<string> Volumes
    {
        get => Volatile.Read(ref _volumes);
        set => Volatile.Write(ref _volumes, value);
    }

    /// <summary>Attachments and followed logs.</summary>
    public Readers Readers { get; } = new();

    /// <summary>The process of the container's spec, kept from the first Exec on.</summary>
    public ProcessSpec? Process { get; set; }

    public string RecordPath => Path.Combine(Directory, "task.json");

    /// <summary>The limits as they were asked for, as a serialized shimservice.v1.Resources; absent = none.</summary>
    public string ResourcesPath => Path.Combine(Directory, "resources");

    /// <summary>The last state of a task whose shim died, as a serialized shimservice.v1.Task.</summary>
    public string FinalPath => Path.Combine(Directory, "final");

    /// <summary>Completes when the shim is dead and the task cleaned up; the task is then STOPPED for good.</summary>
    public Task<TaskMessage> Ended => _ended.Task;

    public string InitLog => Path.Combine(Directory, "init.log");

    /// <summary>The log of a process; "" = init.</summary>
    public string LogOf(string execId) =>
        execId.Length == 0 ? InitLog : Path.Combine(Directory, $"exec-{execId}.log");

    /// <summary>Whether the shim has answered Create: before that, its not knowing the task says nothing.</summary>
    public bool IsMade { get => Volatile.Read(ref _made); set => Volatile.Write(ref _made, value); }

    public void Bind(Shim shim, TaskRecord record)
    {
        Record = record;
        Shim = shim;
    }

    /// <summary>Found again after a restart of shimd.</summary>
    public void Adopt(Shim? shim, TaskRecord record, TaskMessage known)
    {
        Record = record;
        Shim = shim;
        Mirror = new TaskMirror(known);
        Volumes = record.Volumes;
        IsMade = true;
    }

    /// <summary>The spec as it is in the bundle now. Errors: IOException, SpecException.</summary>
    public Spec ReadSpec() =>
        Spec.Parse(File.ReadAllBytes(Path.Combine(Record?.Bundle ?? Directory, "config.json")));

    /// <summary>Removes the log of an exec; with the task its directory may have gone already.</summary>
    public void RemoveLogOf(string execId)
    {
        try
        {
            File.Delete(LogOf(execId));
        }
        catch (DirectoryNotFoundException)
        {
            // The task was deleted meanwhile, and its logs with it.
        }
    }

    /// <summary>
    /// Does the removal unless it has been done, and says whether it did. One that fails may be tried again.
    /// </summary>
    public bool RemoveOnce(Action remove)
    {
        lock (_removal)
        {
            if (_removed)
            {
                return false;
            }

            remove();
            return _removed = true;
        }
    }

    public void End(TaskMessage final) => _ended.TrySetResult(final);

    /// <summary>
    /// The shim to ask. Errors: FailedPrecondition when the task has none: not made yet, or its shim died.
    /// </summary>
    public Shim Live(string verb) => Ended.IsCompleted
        ? throw RpcException.FailedPrecondition("WRONG_STATE", $"task {Id}", "STOPPED", verb,
            $"{verb} task {Id}: it is STOPPED (its shim died); Delete it")
        : Shim ?? throw RpcException.FailedPrecondition("WRONG_STATE", $"task {Id}", "CREATING", verb,
            $"{verb} task {Id}: it is CREATING; ask again when Create has answered");
}
