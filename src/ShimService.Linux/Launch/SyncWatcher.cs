using System.Collections.Concurrent;
using ShimService.Linux.Stdio;

namespace ShimService.Linux.Launch;

/// <summary>
/// One thread that waits for what launches report: the pidfd of a new child, arrivals at rendezvous, and the end of
/// the sync socket (executed, or dead), or of the helper.
/// </summary>
internal sealed class SyncWatcher : IDisposable
{
    private const int StackSize = 256 * 1024;

    private const ulong WakeToken = 0;

    private readonly Epoll _epoll = new();
    private readonly WakeUp _wake = new();

    // By token, not by number: an event that was fetched together with the one that closed its descriptor may come
    // when the number is another's.
    private readonly Dictionary<ulong, LaunchedProcess> _processes = [];
    private readonly ConcurrentQueue<LaunchedProcess> _refused = new();
    private readonly Thread _thread;
    private ulong _lastToken = WakeToken;
    private volatile bool _stopped;

    public SyncWatcher()
    {
        _epoll.AddPermanent(_wake.Descriptor, WakeToken);
        _thread = new Thread(Run, StackSize) { Name = "launch watcher", IsBackground = true };
        _thread.Start();
    }

    /// <summary>The eventfd that wakes this thread, for a thread with a descriptor table of its own to fetch.</summary>
    public int WakeNumber => _wake.Descriptor.Number;

    /// <summary>Before the launch is handed over: nothing it reports can be missed.</summary>
    public void Add(LaunchedProcess process)
    {
        lock (_processes)
        {
            process.SyncToken = ++_lastToken;
            _processes[process.SyncToken] = process;
        }

        _epoll.AddPermanent(process.Sync, process.SyncToken);
    }

    /// <summary>
    /// A launch that has no child. Called on a launcher thread, where nothing may be completed (see
    /// <see cref="PrivateDescriptors"/>); it then wakes this thread through <see cref="WakeNumber"/>.
    /// </summary>
    public void Refused(LaunchedProcess process) => _refused.Enqueue(process);

    /// <summary>Takes a launch back that was never handed over.</summary>
    public void Remove(LaunchedProcess process) => Forget(process.SyncToken);

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
        Span<ulong> tokens = stackalloc ulong[16];
        while (!_stopped)
        {
            foreach (var token in tokens[.._epoll.Wait(tokens, timeoutMilliseconds: -1)])
            {
                if (token == WakeToken)
                {
                    _wake.Reset();
                    TellRefusals();
                }
                else
                {
                    Receive(token);
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

    private void Receive(ulong token)
    {
        LaunchedProcess? process;
        lock (_processes)
        {
            if (!_processes.TryGetValue(token, out process))
            {
                return;
            }
        }

        if (token == process.HelperToken)
        {
            EndHelper(process);
            return;
        }

        var more = process.Receive();
        if (process is { HasHelper: true, HelperToken: 0, HelperFd.IsInvalid: false })
        {
            WatchHelper(process);

            // Without a rendezvous the socket has nothing more to say, and its end would only wake this thread.
            more &= process.IsLed;
        }

        if (more)
        {
            return;
        }

        Forget(token);
        _epoll.Remove(process.Sync);
        if (process.HasHelper)
        {
            process.SyncEnded();
        }
        else
        {
            process.Ended();
        }
    }

    private void WatchHelper(LaunchedProcess process)
    {
        lock (_processes)
        {
            process.HelperToken = ++_lastToken;
            _processes[process.HelperToken] = process;
        }

        _epoll.AddPermanent(process.HelperFd, process.HelperToken);
    }

    private void EndHelper(LaunchedProcess process)
    {
        Forget(process.HelperToken);
        Forget(process.SyncToken);

        _epoll.Remove(process.HelperFd);
        process.HelperEnded();
    }

    private void Forget(ulong token)
    {
        lock (_processes)
        {
            _processes.Remove(token);
        }
    }
}
