using System.Collections.Concurrent;
using ShimService.Linux.Abi;
using ShimService.Linux.Native;

namespace ShimService.Linux;

/// <summary>
/// One thread that does short work in other network namespaces and comes back: what is opened there (a netlink socket,
/// a file below /proc/sys/net) stays with that namespace. The thread starts with the first visit. Any thread may call.
/// Source: man 2 setns: a network namespace belongs to the thread.
/// </summary>
public sealed class NamespaceVisitor : IDisposable
{
    private const int StackSize = 256 * 1024;

    private readonly BlockingCollection<Action> _work = [];
    private readonly Lazy<Thread> _thread;

    public NamespaceVisitor() => _thread = new Lazy<Thread>(Start);

    /// <summary>
    /// Does the work there and answers what it answers, or throws what it throws. Errors: KernelException.
    /// </summary>
    public Task<T> VisitAsync<T>(FileDescriptor network, Func<T> work)
    {
        _ = _thread.Value;
        var done = new TaskCompletionSource<T>(TaskCreationOptions.RunContinuationsAsynchronously);
        _work.Add(() =>
        {
            try
            {
                NativeNamespaces.Join(network.Number, NamespaceFlags.Network, "network namespace");
                done.SetResult(work());
            }
            catch (Exception error)
            {
                done.SetException(error);
            }
        });
        return done.Task;
    }

    public void Dispose()
    {
        _work.CompleteAdding();
        if (_thread.IsValueCreated)
        {
            _thread.Value.Join();
        }

        _work.Dispose();
    }

    private Thread Start()
    {
        var thread = new Thread(Run, StackSize) { Name = "network namespaces", IsBackground = true };
        thread.Start();
        return thread;
    }

    private void Run()
    {
        using var home = Files.Open("/proc/thread-self/ns/net", OpenFlags.ReadOnly);
        foreach (var work in _work.GetConsumingEnumerable())
        {
            work();

            // Nobody's code runs on this thread, so one that cannot come back would only be wrong from here on: it ends
            // the process, and the next one finds everything.
            NativeNamespaces.Join(home.Number, NamespaceFlags.Network, "the own network namespace");
        }
    }
}
