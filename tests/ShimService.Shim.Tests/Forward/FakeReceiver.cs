using ShimService.Rpc;
using ShimService.Shim.Forward;
using ShimService.Tasks.Events;

namespace ShimService.Shim.Tests.Forward;

/// <summary>Takes events, after the refusals that were prepared for it.</summary>
internal sealed class FakeReceiver : IEventReceiver
{
    private readonly Lock _gate = new();

    public Queue<RpcStatusCode> Refusals { get; } = new();

    public List<ulong> Taken { get; } = [];

    public int Attempts { get; private set; }

    public Task SendAsync(TaskEvent happened, CancellationToken cancel)
    {
        lock (_gate)
        {
            Attempts++;
            if (Refusals.TryDequeue(out var code))
            {
                throw new RpcException(code, "no");
            }

            Taken.Add(happened.Sequence);
            return Task.CompletedTask;
        }
    }
}
