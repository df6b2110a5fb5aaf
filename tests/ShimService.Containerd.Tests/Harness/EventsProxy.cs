using ShimService.Contracts.Containerd.Events;
using ShimService.Contracts.Containerd.Services.Events;
using ShimService.Contracts.Ttrpc;

namespace ShimService.Containerd.Tests.Harness;

/// <summary>
/// Between shims and the containerd they send events to: a runtime of its own, by its path, that names another ttrpc
/// address to the real shim.
/// </summary>
internal sealed class EventsProxy : IAsyncDisposable
{
    private readonly string _program;
    private readonly TtrpcProxy _proxy;

    /// <param name="daemon">Whose events.</param>
    /// <param name="decide">With the id of the container that exits; events of other topics pass.</param>
    public EventsProxy(ContainerdDaemon daemon, Func<string, ProxiedFate> decide)
    {
        string directory = Directory.CreateDirectory(Path.Combine(daemon.Work, daemon.NewId("events"))).FullName;
        string socket = Path.Combine(directory, "s");
        _program = Path.Combine(directory, "shim");
        File.WriteAllText(_program, $"""
            #!/bin/sh
            TTRPC_ADDRESS={socket} exec {Repository.Binaries}/containerd-shim-shimservice-v2 "$@"

            """);
        File.SetUnixFileMode(_program, UnixFileMode.UserRead | UnixFileMode.UserExecute);
        _proxy = new TtrpcProxy(socket, daemon.Socket + ".ttrpc", request =>
            Read(request) is { Id: { } id, Topic: "/tasks/exit" } ? decide(id) : ProxiedFate.Pass);
    }

    /// <summary>For `ctr run`, after its own.</summary>
    public string[] Runtime => ["--runtime", _program];

    /// <summary>What containerd took of that container's init: topics, in order; an exit with its status.</summary>
    public List<string> Delivered(string id) =>
    [
        .. _proxy.Answered.Select(call => Read(call.Request)).Where(one => one.Id == id).Select(one => one.Text),
    ];

    public ValueTask DisposeAsync() => _proxy.DisposeAsync();

    private static (string Id, string Topic, string Text) Read(Request request)
    {
        Envelope envelope = ForwardRequest.Parser.ParseFrom(request.Payload).Envelope;
        if (envelope.Topic == "/tasks/exit")
        {
            TaskExit exit = TaskExit.Parser.ParseFrom(envelope.Event.Value);
            return (exit.Id == exit.ContainerId ? exit.Id : "", envelope.Topic, $"{envelope.Topic} {exit.ExitStatus}");
        }

        // container_id is the first field of every other message.
        return envelope.Topic.StartsWith("/tasks/exec-", StringComparison.Ordinal)
            ? ("", envelope.Topic, "")
            : (TaskStart.Parser.ParseFrom(envelope.Event.Value).ContainerId, envelope.Topic, envelope.Topic);
    }
}
