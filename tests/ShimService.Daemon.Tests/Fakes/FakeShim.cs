using System.Net.Sockets;
using Google.Protobuf.WellKnownTypes;
using ShimService.Contracts.V1;
using ShimService.Rpc;
using V3 = ShimService.Contracts.Containerd.Task.V3;

namespace ShimService.Daemon.Tests.Fakes;

/// <summary>
/// A shim inside the test's process: the real tables' names over a real ttrpc socket, tasks in memory. Outlives the
/// shimd of the test, as a real one does.
/// </summary>
internal sealed class FakeShim : IAsyncDisposable
{
    private readonly Lock _gate = new();
    private readonly Dictionary<string, FakeTask> _tasks = [];
    private readonly List<Event> _journal = [];
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _serving;
    private readonly Socket _listener;
    private TaskCompletionSource _grown = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public FakeShim(string name, string socket)
    {
        Name = name;
        _listener = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        _listener.Bind(new UnixDomainSocketEndPoint(socket));
        _listener.Listen();
        _serving = new TtrpcServer(
            _listener,
            FakeShimTables.Build(this),
            new TtrpcServerOptions { DrainTime = TimeSpan.Zero }).RunAsync(_stop.Token);
    }

    public string Name { get; }

    public ulong Acknowledged { get; private set; }

    /// <summary>The next Start of a task or exec answers this.</summary>
    public RpcException? FailNextStart { get; set; }

    /// <summary>The next Create answers this.</summary>
    public RpcException? FailNextCreate { get; set; }

    /// <summary>Set to make Create hang until the shim dies.</summary>
    public TaskCompletionSource? HangCreate { get; set; }

    public V3.CreateTaskRequest? LastCreate { get; private set; }

    public V3.ExecProcessRequest? LastExec { get; private set; }

    public int ForceDeletes { get; private set; }

    public FakeTask Find(string id)
    {
        lock (_gate)
        {
            return _tasks.GetValueOrDefault(id) ?? throw RpcException.NotFound("UNKNOWN_TASK", $"no task {id}");
        }
    }

    public IReadOnlyList<TaskMessage> List()
    {
        lock (_gate)
        {
            return [.. _tasks.Values.Select(task => task.Message.Clone())];
        }
    }

    public async Task<V3.CreateTaskResponse> CreateAsync(V3.CreateTaskRequest request)
    {
        LastCreate = request;
        if (HangCreate is { } hang)
        {
            await hang.Task;
        }

        if (FailNextCreate is { } failure)
        {
            FailNextCreate = null;
            throw failure;
        }

        var task = new FakeTask(request);
        lock (_gate)
        {
            _tasks.Add(request.Id, task);
        }

        Tell("/tasks/create", request.Id);
        return new V3.CreateTaskResponse { Pid = FakeTask.Pid };
    }

    public V3.StartResponse Start(V3.StartRequest request)
    {
        var task = Find(request.Id);
        if (FailNextStart is { } failure)
        {
            FailNextStart = null;
            throw failure;
        }

        if (request.ExecId.Length > 0)
        {
            task.Execs[request.ExecId] = new TaskCompletionSource<uint>();
            Tell("/tasks/exec-started", request.Id, request.ExecId);
        }
        else
        {
            task.Message.State = TaskState.Running;
            task.Message.StartedAt = DateTimeOffset.UtcNow.ToTimestamp();
            Tell("/tasks/start", request.Id);
        }

        return new V3.StartResponse { Pid = FakeTask.Pid };
    }

    public void Exec(V3.ExecProcessRequest request)
    {
        LastExec = request;
        Find(request.Id).Execs.Add(request.ExecId, new TaskCompletionSource<uint>());
        Tell("/tasks/exec-added", request.Id, request.ExecId);
    }

    /// <summary>A process exits by itself.</summary>
    public void Exit(string id, uint status, string execId = "")
    {
        var task = Find(id);
        Tell("/tasks/exit", id, execId, status);
        if (execId.Length == 0)
        {
            (task.Message.State, task.Message.ExitStatus) = (TaskState.Stopped, status);
            task.Message.ExitedAt = DateTimeOffset.UtcNow.ToTimestamp();
            task.Exited.TrySetResult(status);
            task.Output.TryComplete();
        }
        else
        {
            task.Execs[execId].TrySetResult(status);
        }
    }

    public async Task<uint> WaitAsync(string id, string execId) =>
        await (execId.Length == 0 ? Find(id).Exited : Find(id).Execs[execId]).Task;

    public (uint Status, Timestamp At) Delete(string id, string execId, bool force)
    {
        var task = Find(id);
        if (execId.Length > 0)
        {
            task.Execs.Remove(execId);
            Tell("/tasks/delete", id, execId);
            return (0, task.Message.CreatedAt);
        }

        ForceDeletes += force ? 1 : 0;
        if (force && task.Message.State == TaskState.Running)
        {
            Exit(id, 137);
        }

        if (task.Message.State == TaskState.Running)
        {
            throw RpcException.FailedPrecondition("WRONG_STATE", id, "RUNNING", "Delete", "Delete: it is RUNNING");
        }

        lock (_gate)
        {
            _tasks.Remove(id);
        }

        Tell("/tasks/delete", id, "", task.Message.ExitStatus);
        return (task.Message.ExitStatus, task.Message.ExitedAt ?? task.Message.CreatedAt);
    }

    public async Task WatchAsync(ulong after, IRpcWriter<Event> writer, CancellationToken cancel)
    {
        while (true)
        {
            List<Event> pending;
            Task grown;
            lock (_gate)
            {
                pending = [.. _journal.Where(message => message.Sequence > after).Select(message => message.Clone())];
                grown = _grown.Task;
            }

            foreach (var message in pending)
            {
                await writer.WriteAsync(message, cancel);
                after = message.Sequence;
            }

            await grown.WaitAsync(cancel);
        }
    }

    public void Acknowledge(ulong sequence) => Acknowledged = sequence;

    public void Tell(string topic, string id, string execId = "", uint? status = null)
    {
        lock (_gate)
        {
            var message = new Event
            {
                Sequence = (ulong)_journal.Count + 1,
                Timestamp = DateTimeOffset.UtcNow.ToTimestamp(),
                Topic = topic,
                ContainerId = id,
                ExecId = execId,
                Pid = FakeTask.Pid,
            };
            if (status is { } value)
            {
                message.ExitStatus = value;
                message.ExitedAt = message.Timestamp;
            }

            _journal.Add(message);
            _grown.SetResult();
            _grown = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        }
    }

    /// <summary>As kill -9 does.</summary>
    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        HangCreate?.TrySetException(new RpcException(RpcStatusCode.Unavailable, "killed"));
        await _serving;
        _listener.Dispose();
    }
}
