namespace ShimService.Linux.Launch;

/// <summary>
/// A permanent thread that makes one launch after another. Parent-death signals follow the thread that cloned, not
/// the process (man 2 PR_SET_PDEATHSIG), so its children live as long as it does.
/// </summary>
internal sealed class LaunchThread : IDisposable
{
    private const int StackSize = 256 * 1024;

    private readonly LaunchEnvironment _environment;
    private readonly Queue<LaunchRequest> _requests = new();
    private readonly Thread _thread;
    private bool _stopped;

    public LaunchThread(string name, LaunchEnvironment environment)
    {
        _environment = environment;
        _thread = new Thread(Run, StackSize) { Name = name, IsBackground = true };
        _thread.Start();
    }

    public Task<LaunchedProcess> LaunchAsync(LaunchPlan plan, LaunchOptions options)
    {
        var request = new LaunchRequest(plan, options);
        lock (_requests)
        {
            ObjectDisposedException.ThrowIf(_stopped, this);
            _requests.Enqueue(request);
            Monitor.Pulse(_requests);
        }

        return request.Task;
    }

    public void Dispose()
    {
        lock (_requests)
        {
            _stopped = true;
            Monitor.Pulse(_requests);
        }

        _thread.Join();
    }

    private void Run()
    {
        using var clone = new LeanClone(_environment, this);
        while (Next() is { } request)
        {
            try
            {
                request.SetResult(clone.Launch(request.Plan, request.Options));
            }
            catch (Exception exception)
            {
                // The loop's top: the failure belongs to the one who asked for the launch, not to this thread.
                request.SetException(exception);
            }
        }
    }

    private LaunchRequest? Next()
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
