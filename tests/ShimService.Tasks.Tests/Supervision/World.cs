using ShimService.Tasks.Events;
using ShimService.Tasks.Journal;
using ShimService.Tasks.Ports;
using ShimService.Tasks.Supervision;
using ShimService.Tasks.Values;
using ShimService.Testing.Fakes;

namespace ShimService.Tasks.Tests.Supervision;

/// <summary>A task manager over a fake engine, a journal in memory and a clock of its own.</summary>
internal sealed class World
{
    public static readonly StdioRequest NoStdio = new("", "", "", Terminal: false);

    public World(TaskOptions? options = null, TimeProvider? time = null)
    {
        Engine.Time = time ?? Time;
        Tasks = new TaskManager(Engine, Journal, Diagnostics, options ?? new TaskOptions(), time ?? Time);
    }

    public FakeEngine Engine { get; } = new();

    public MemoryJournal Journal { get; } = new();

    public RecordedDiagnostics Diagnostics { get; } = new();

    public ManualTime Time { get; } = new();

    public TaskManager Tasks { get; }

    public static CancellationToken Limit => new CancellationTokenSource(TimeSpan.FromSeconds(20)).Token;

    public static ContainerId Id(string id) => ContainerId.Parse(id, "id");

    public static ExecId Exec(string id) => ExecId.Parse(id, "exec_id");

    public FakeContainer Container(string id) => Engine.Containers[id];

    public Task<Pid> CreateAsync(string id) =>
        Tasks.CreateAsync(new ContainerRequest(Id(id), "/bundle", [], NoStdio), Limit);

    public Task<Pid> StartAsync(string id) => Tasks.StartAsync(Id(id), null, Limit);

    public async Task RunAsync(string id)
    {
        await CreateAsync(id);
        await StartAsync(id);
    }

    public Task AddExecAsync(string id, string exec) =>
        Tasks.AddExecAsync(Id(id), new ExecRequest(Exec(exec), "{}"u8.ToArray(), NoStdio), Limit);

    public async Task<FakeProcess> ExecAsync(string id, string exec)
    {
        await AddExecAsync(id, exec);
        await Tasks.StartAsync(Id(id), Exec(exec), Limit);
        return Container(id).Execs[exec];
    }

    public IReadOnlyList<TaskEvent> Events(string id) =>
        [.. Journal.ReadAfter(0, int.MaxValue).Where(happened => happened.Container == Id(id))];

    public string Topics(string id) => string.Join(' ', Events(id).Select(happened => happened.Exec is { } exec
        ? $"{happened.Topic}:{exec}"
        : happened.Topic.ToString()));
}
