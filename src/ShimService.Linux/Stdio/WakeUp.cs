using ShimService.Linux.Native;

namespace ShimService.Linux.Stdio;

/// <summary>An eventfd that wakes a thread out of its wait. Any thread may signal.</summary>
public sealed class WakeUp : IDisposable
{
    private readonly FileDescriptor _event = new(Kernel.Check(
        NativePolling.CreateEvent(0, NativePolling.CloseOnExec | NativePolling.NonBlocking), "eventfd"));

    public FileDescriptor Descriptor => _event;

    /// <summary>Signals add up; a full counter (EAGAIN) has been signalled enough.</summary>
    public void Signal() => StreamIo.Write(_event, [1, 0, 0, 0, 0, 0, 0, 0]);

    /// <summary>Takes back all signals so far.</summary>
    public void Reset()
    {
        Span<byte> counter = stackalloc byte[sizeof(ulong)];
        StreamIo.Read(_event, counter);
    }

    public void Dispose() => _event.Dispose();
}
