using ShimService.Tasks.Ports;

namespace ShimService.Engine.Tests.Support;

internal sealed class Observer : IContainerObserver
{
    private int _kills;

    public int Kills => Volatile.Read(ref _kills);

    public void OutOfMemoryKilled() => Interlocked.Increment(ref _kills);
}
