using System.Threading.Channels;
using Google.Protobuf.WellKnownTypes;
using ShimService.Contracts.V1;
using V3 = ShimService.Contracts.Containerd.Task.V3;

namespace ShimService.Daemon.Tests.Fakes;

internal sealed class FakeTask(V3.CreateTaskRequest request)
{
    public const uint Pid = 4242;

    private readonly Channel<byte[]> _output = Channel.CreateUnbounded<byte[]>();
    private readonly TaskCompletionSource _attached = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public TaskMessage Message { get; } = new()
    {
        Id = request.Id,
        Bundle = request.Bundle,
        State = TaskState.Created,
        Pid = Pid,
        CreatedAt = DateTimeOffset.UtcNow.ToTimestamp(),
    };

    public TaskCompletionSource<uint> Exited { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public Dictionary<string, TaskCompletionSource<uint>> Execs { get; } = [];

    public ChannelWriter<byte[]> Output => _output.Writer;

    public ChannelReader<byte[]> OutputReader => _output.Reader;

    /// <summary>Completes when somebody attaches.</summary>
    public Task Attached => _attached.Task;

    public List<string> Input { get; } = [];

    public string LogPath => request.Stdout["log://".Length..];

    public void Attach() => _attached.TrySetResult();

    /// <summary>The process writes a line: to the log, then to who is attached.</summary>
    public void Write(string line)
    {
        File.AppendAllText(LogPath, $"2026-01-02T03:04:05.000000006Z stdout F {line}\n");
        Output.TryWrite(System.Text.Encoding.UTF8.GetBytes(line + "\n"));
    }
}
