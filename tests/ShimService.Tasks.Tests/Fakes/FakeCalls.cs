namespace ShimService.Testing.Fakes;

/// <summary>
/// The calls of a fake, by name. A held call waits until the test lets it go or makes it fail, or its token fires.
/// </summary>
internal sealed class FakeCalls
{
    private readonly Lock _gate = new();
    private readonly HashSet<string> _held = [];
    private readonly Dictionary<string, Exception> _failures = [];
    private readonly List<(string Name, TaskCompletionSource Go)> _waiting = [];
    private readonly List<string> _log = [];
    private TaskCompletionSource _changed = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public IReadOnlyList<string> Log
    {
        get
        {
            lock (_gate)
            {
                return [.. _log];
            }
        }
    }

    public void Hold(string name)
    {
        lock (_gate)
        {
            _held.Add(name);
        }
    }

    public void Fail(string name, Exception failure)
    {
        lock (_gate)
        {
            _failures[name] = failure;
        }
    }

    public async Task EnterAsync(string name, CancellationToken abort)
    {
        Task? held = null;
        lock (_gate)
        {
            _log.Add(name);
            if (_held.Contains(name))
            {
                var go = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
                _waiting.Add((name, go));
                held = go.Task;
            }

            Changed();
        }

        if (held is not null)
        {
            await held.WaitAsync(abort);
        }

        lock (_gate)
        {
            if (_failures.Remove(name, out var failure))
            {
                throw failure;
            }
        }
    }

    /// <summary>Waits until a call of this name is held, then lets it go on.</summary>
    public async Task LetGoAsync(string name)
    {
        while (true)
        {
            var change = NextChangeAsync();
            if (TryLetGo(name))
            {
                return;
            }

            await change;
        }
    }

    public bool TryLetGo(string name)
    {
        lock (_gate)
        {
            var index = _waiting.FindIndex(waiting => waiting.Name == name);
            if (index < 0)
            {
                return false;
            }

            _waiting[index].Go.TrySetResult();
            _waiting.RemoveAt(index);
            return true;
        }
    }

    /// <summary>From now on nothing is held; what was goes on.</summary>
    public void LetAllGo()
    {
        lock (_gate)
        {
            _held.Clear();
            foreach (var (_, go) in _waiting)
            {
                go.TrySetResult();
            }

            _waiting.Clear();
        }
    }

    /// <summary>Waits until a call of this name has been made.</summary>
    public async Task CalledAsync(string name)
    {
        while (true)
        {
            var change = NextChangeAsync();
            if (Log.Contains(name))
            {
                return;
            }

            await change;
        }
    }

    private Task NextChangeAsync()
    {
        lock (_gate)
        {
            return _changed.Task.WaitAsync(TimeSpan.FromSeconds(10));
        }
    }

    private void Changed()
    {
        _changed.TrySetResult();
        _changed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
