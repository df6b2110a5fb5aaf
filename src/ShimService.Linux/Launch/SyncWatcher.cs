using System.Collections.Concurrent;
using ShimService.Linux.Stdio;

namespace ShimService.Linux.Launch;

/// <summary>
/// One thread that waits for what launches report: the pidfd of a new child, arrivals at rendezvous, and the end of
/// the sync socket (executed, or dead).
/// </summary>
internal sealed class SyncWatcher : IDisposable
{
    private const int StackSize = 256 * 1024;

    private readonly Epoll _epoll = new();
    private readonly WakeUp _wake = new();
    private readonly Dictionary<int, LaunchedProcess> _processes = [];
    private readonly ConcurrentQueue<LaunchedProcess> _refused = new();
    private readonly Thread _thread;
    private volatile bool _stopped;

    public SyncWatcher()
    {
        _epoll.AddPermanent(_wake.Descriptor, (ulong)_wake.Descriptor.Number);
        _thread = new Thread(Run, StackSize) { Name = "launch watcher", IsBackground = true };
        _thread.Start();
    }

    /// <summary>The eventfd that wakes this thread, for a thread with a descriptor table of its own to fetch.</summary>
    public int WakeNumber => _wake.Descriptor.Number;

    /// <summary>Before the launch is handed over: nothing it reports can be missed.</summary>
    public void Add(LaunchedProcess process)
    {
        var number = process.Sync.Number;
        lock (_processes)
        {
            _processes[number] = process;
        }

        _epoll.AddPermanent(process.Sync, (ulong)number);
    }

    /// <summary>
    /// A launch that has no child. Called on a launcher thread, where nothing may be completed (see
    /// <see cref="PrivateDescriptors"/>); it then wakes this thread through <see cref="WakeNumber"/>.
    /// </summary>
    public void Refused(LaunchedProcess process) => _refused.Enqueue(process);

    /// <summary>Takes a launch back that was never handed over.</summary>
    public void Remove(LaunchedProcess process)
    {
        lock (_processes)
        {
            _processes.Remove(process.Sync.Number);
        }
    }

    public void Dispose()
    {
        _stopped = true;
        _wake.Signal();
        _thread.Join();
        _epoll.Dispose();
        _wake.Dispose();
    }

    private void Run()
    {
        Span<ulong> numbers = stackalloc ulong[16];
        while (!_stopped)
        {
            foreach (var number in numbers[.._epoll.Wait(numbers, timeoutMilliseconds: -1)])
            {
                if ((int)number == WakeNumber)
                {
                    _wake.Reset();
                    TellRefusals();
                }
                else
                {
                    Receive((int)number);
                }
            }
        }
    }

    private void TellRefusals()
    {
        while (_refused.TryDequeue(out var process))
        {
            Remove(process);
            process.Abandon();
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

        if (!process.Receive())
        {
            Remove(process);
            process.Ended();
        }
    }
}
