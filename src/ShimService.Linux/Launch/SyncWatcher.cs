using ShimService.Linux.Errors;
using ShimService.Linux.Native;

namespace ShimService.Linux.Launch;

/// <summary>
/// One thread that waits for what the children report: arrivals at rendezvous, and the end of their sync socket
/// (executed, or dead).
/// </summary>
internal sealed unsafe class SyncWatcher : IDisposable
{
    private const int StackSize = 256 * 1024;

    private readonly FileDescriptor _epoll = new(Kernel.Check(NativePolling.Create(NativePolling.CloseOnExec), "epoll_create1"));
    private readonly FileDescriptor _stop = new(Kernel.Check(NativePolling.CreateEvent(0, NativePolling.CloseOnExec), "eventfd"));
    private readonly Dictionary<int, LaunchedProcess> _processes = [];
    private readonly Thread _thread;

    public SyncWatcher()
    {
        Register(_stop.Number);
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

        Register(number);
    }

    public void Dispose()
    {
        Files.Write(_stop, [1, 0, 0, 0, 0, 0, 0, 0]);
        _thread.Join();
        _epoll.Dispose();
        _stop.Dispose();
    }

    private void Register(int number)
    {
        var data = stackalloc byte[16];
        *(uint*)data = NativePolling.Readable;
        *(int*)(data + NativePolling.DataOffset) = number;
        Kernel.Check(NativePolling.Control(_epoll.Number, NativePolling.Add, number, data), "epoll_ctl", "launch");
    }

    private void Run()
    {
        const int capacity = 16;
        var events = stackalloc byte[capacity * 16];
        while (true)
        {
            var count = NativePolling.Wait(_epoll.Number, events, capacity, -1);
            if (Kernel.Interrupted(count))
            {
                continue;
            }

            Kernel.Check(count, "epoll_wait", "launch");
            for (var i = 0; i < count; i++)
            {
                var number = *(int*)(events + (i * NativePolling.EventSize) + NativePolling.DataOffset);
                if (number == _stop.Number)
                {
                    return;
                }

                Receive(number);
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

        byte rendezvous;
        var count = NativeSockets.Receive(number, &rendezvous, 1, NativeSockets.DontWait);
        if (count > 0)
        {
            process.Reached(rendezvous);
        }
        else if (count == 0 || Kernel.LastError is not (Errno.EAGAIN or Errno.EINTR))
        {
            lock (_processes)
            {
                _processes.Remove(number);
            }

            process.Ended();
        }
    }
}
