namespace ShimService.Linux.Launch;

/// <summary>
/// A permanent thread that makes one launch after another. Parent-death signals follow the thread that cloned, not
/// the process (man 2 PR_SET_PDEATHSIG), so its children live as long as it does.
/// </summary>
internal sealed class LaunchThread : IDisposable
{
    private const int StackSize = 256 * 1024;

    private readonly LaunchEnvironment _environment;
    private readonly ChildMemory _memory = new();
    private readonly Queue<LaunchedProcess> _requests = new();
    private readonly Thread _thread;
    private bool _stopped;

    public LaunchThread(string name, LaunchEnvironment environment)
    {
        _environment = environment;
        _thread = new Thread(Run, StackSize) { Name = name, IsBackground = true };
        _thread.Start();
    }

    /// <summary>Where its children have their plans.</summary>
    public nint PlanAddress => _memory.Plan;

    /// <summary>Hands a launch over. The watcher tells its outcome.</summary>
    public void Launch(LaunchedProcess process)
    {
        lock (_requests)
        {
            ObjectDisposedException.ThrowIf(_stopped, this);
            _requests.Enqueue(process);
            Monitor.Pulse(_requests);
        }
    }

    public void Dispose()
    {
        lock (_requests)
        {
            _stopped = true;
            Monitor.Pulse(_requests);
        }

        _thread.Join();
        _memory.Dispose();
    }

    // From here on the rules of PrivateDescriptors hold.
    private void Run()
    {
        var clone = new LeanClone(_environment, this, _memory, PrivateDescriptors.Enter());
        while (Next() is { } process)
        {
            clone.Launch(process);
        }
    }

    private LaunchedProcess? Next()
    {
        lock (_requests)
        {
            while (_requests.Count == 0 && !_stopped)
            {
                Monitor.Wait(_requests);
            }

            return _requests.Count > 0 ? _requests.Dequeue() : null;
        }
    }
}
