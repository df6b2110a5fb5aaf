using ShimService.Linux.Stdio;

namespace ShimService.Linux.Launch;

/// <summary>
/// One thread that waits for what the children report: arrivals at rendezvous, and the end of their sync socket
/// (executed, or dead).
/// </summary>
internal sealed class SyncWatcher : IDisposable
{
    private const int StackSize = 256 * 1024;

    private readonly Epoll _epoll = new();
    private readonly WakeUp _stop = new();
    private readonly Dictionary<int, LaunchedProcess> _processes = [];
    private readonly Thread _thread;

    public SyncWatcher()
    {
        _epoll.AddPermanent(_stop.Descriptor, (ulong)_stop.Descriptor.Number);
        _thread = new Thread(Run, StackSize) { Name = "launch watcher", IsBackground = true };
        _thread.Start();
    }

    public void Add(LaunchedProcess process)
    {
        var number = process.Sync.Number;
        lock (_processes)
        {
            _processes[number] = process;
        }

        _epoll.AddPermanent(process.Sync, (ulong)number);
    }

    public void Dispose()
    {
        _stop.Signal();
        _thread.Join();
        _epoll.Dispose();
        _stop.Dispose();
    }

    private void Run()
    {
        Span<ulong> numbers = stackalloc ulong[16];
        while (true)
        {
            foreach (var number in numbers[.._epoll.Wait(numbers, timeoutMilliseconds: -1)])
            {
                if ((int)number == _stop.Descriptor.Number)
                {
                    return;
                }

                Receive((int)number);
            }
        }
    }

    private void Receive(int number)
    {
        LaunchedProcess? process;
        lock (_processes)
        {
            if (!_processes.TryGetValue(number, out process))
            {
                return;
            }
        }

        Span<byte> rendezvous = stackalloc byte[1];
        var result = StreamIo.Receive(process.Sync, rendezvous);
        if (result.Count > 0)
        {
            process.Reached(rendezvous[0]);
        }
        else if (!result.WouldBlock)
        {
            lock (_processes)
            {
                _processes.Remove(number);
            }

            process.Ended();
        }
    }
}
