using ShimService.Daemon.Configuration;

namespace ShimService.Daemon.Shims;

/// <summary>
/// Which shim serves which group, and one spare that is started already: the first container of a new group does
/// not wait for a process start. Any thread may call any member.
/// </summary>
internal sealed class ShimPool(
    ShimConnector connector, ShimWatcher watcher, DaemonOptions options, TimeProvider time, ILogger<ShimPool> logger)
    : IAsyncDisposable
{
    private readonly Lock _gate = new();
    private readonly Dictionary<GroupKey, GroupSlot> _groups = [];
    private readonly CancellationTokenSource _stopping = new();
    private Task<Shim>? _spare;

    /// <summary>Every shim there is, the spare included.</summary>
    public IReadOnlyList<Shim> All
    {
        get
        {
            lock (_gate)
            {
                return [.. _groups.Values.Select(slot => slot.Shim).Append(_spare!)
                    .Where(shim => shim is { IsCompletedSuccessfully: true }).Select(shim => shim.Result)];
            }
        }
    }

    /// <summary>
    /// The shim of a group, started when there is none. Every call is paid back by one <see cref="Release"/>.
    /// Errors: DaemonException when no shim can be started.
    /// </summary>
    public Task<Shim> AcquireAsync(GroupKey group)
    {
        lock (_gate)
        {
            if (!_groups.TryGetValue(group, out var slot))
            {
                slot = new GroupSlot { Shim = ProvideAsync(group, _spare) };
                _spare = null;
                _groups[group] = slot;
            }

            slot.Uses++;
            slot.Generation++;
            return slot.Shim;
        }
    }

    /// <summary>
    /// One task fewer in a shim. A shim without tasks goes after a while, but that of the default group.
    /// </summary>
    public void Release(Shim shim)
    {
        lock (_gate)
        {
            var (group, slot) = _groups.FirstOrDefault(pair => pair.Value.IsServedBy(shim));
            if (slot is not null && --slot.Uses == 0 && group != GroupKey.Default)
            {
                _ = RetireWhenIdleAsync(group, slot, slot.Generation);
            }
        }
    }

    /// <summary>Takes in a shim that an earlier shimd started, with the number of tasks it holds.</summary>
    public void Adopt(Shim shim, int tasks)
    {
        lock (_gate)
        {
            if (shim.Group is { } group
                && _groups.TryAdd(group, new GroupSlot { Shim = Task.FromResult(shim), Uses = tasks }))
            {
                if (tasks == 0 && group != GroupKey.Default)
                {
                    _ = RetireWhenIdleAsync(group, _groups[group], 0);
                }
            }
            else if (shim.Group is null && _spare is null)
            {
                _spare = Task.FromResult(shim);
            }
            else if (tasks == 0)
            {
                _ = RetireAsync(shim);
            }
        }

        watcher.Watch(shim);
    }

    /// <summary>Makes sure that a shim for the default group, and a spare, are there or on their way.</summary>
    public void Warm()
    {
        lock (_gate)
        {
            if (!_groups.ContainsKey(GroupKey.Default))
            {
                _groups[GroupKey.Default] = new GroupSlot { Shim = ProvideAsync(GroupKey.Default, _spare) };
                _spare = null;
            }

            _spare ??= StartAsync();
        }
    }

    /// <summary>A shim is dead: the next container of its group gets a new one.</summary>
    public void Drop(Shim shim)
    {
        lock (_gate)
        {
            var (group, slot) = _groups.FirstOrDefault(pair => pair.Value.IsServedBy(shim));
            if (slot is not null)
            {
                _groups.Remove(group);
            }

            if (_spare is { IsCompletedSuccessfully: true } && _spare.Result == shim)
            {
                _spare = null;
            }
        }
    }

    /// <summary>Ends the shims that hold no task; the others run on for the next shimd.</summary>
    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        Task<Shim>[] idle;
        lock (_gate)
        {
            idle = [.. _groups.Values.Where(slot => slot.Uses == 0).Select(slot => slot.Shim),
                .. _spare is null ? [] : new[] { _spare }];
            _spare = null;
        }

        foreach (var starting in idle)
        {
            if (await Settled(starting) is { } shim)
            {
                await RetireAsync(shim);
            }
        }

        _stopping.Dispose();
    }

    private static async Task<Shim?> Settled(Task<Shim> starting)
    {
        try
        {
            return await starting;
        }
        catch (Exception error) when (error is DaemonException or OperationCanceledException)
        {
            return null;
        }
    }

    private async Task<Shim> ProvideAsync(GroupKey group, Task<Shim>? spare)
    {
        try
        {
            var shim = spare is null ? null : await Settled(spare);
            if (shim is null || shim.Channel.Closed.IsCompleted)
            {
                shim = await StartAsync();
            }

            shim.Assign(group);
            _ = RefillAsync();
            return shim;
        }
        catch
        {
            // The lock is not held by this thread here: a start that fails does so after its first await.
            await Task.Yield();
            lock (_gate)
            {
                _groups.Remove(group);
            }

            throw;
        }
    }

    private async Task RefillAsync()
    {
        // Off the request that took the spare: it is not made to pay for the next one.
        await Task.Yield();
        lock (_gate)
        {
            if (!_stopping.IsCancellationRequested && _spare is not { IsFaulted: false })
            {
                _spare = StartAsync();
            }
        }
    }

    private async Task<Shim> StartAsync()
    {
        await Task.Yield();
        try
        {
            var shim = await connector.StartAsync(_stopping.Token);
            watcher.Watch(shim);
            logger.ShimStarted(shim.Name, shim.Process.Pid);
            return shim;
        }
        catch (DaemonException error)
        {
            logger.ShimStartFailed(error.Message);
            throw;
        }
    }

    private async Task RetireWhenIdleAsync(GroupKey group, GroupSlot slot, long generation)
    {
        try
        {
            await Task.Delay(group.IsOwn ? options.OwnIdleLimit : options.GroupIdleLimit, time, _stopping.Token);
        }
        catch (OperationCanceledException)
        {
            return;
        }

        lock (_gate)
        {
            if (slot.Uses != 0 || slot.Generation != generation || !_groups.Remove(group))
            {
                return;
            }
        }

        await RetireAsync(await slot.Shim);
    }

    private async Task RetireAsync(Shim shim)
    {
        shim.IsRetired = true;
        try
        {
            await shim.TaskAsync("Shutdown", new Contracts.Containerd.Task.V3.ShutdownRequest { Id = shim.Name },
                Google.Protobuf.WellKnownTypes.Empty.Parser, CancellationToken.None)
                .WaitAsync(options.ShimConnectLimit, time);
            await shim.Channel.Closed.WaitAsync(options.ShimConnectLimit, time);
        }
        catch (TimeoutException)
        {
            // It stays because it owns tasks after all, or because it hangs: ended by force it would leave them without
            // an owner. It is watched on, and its death told, as any other shim's.
            shim.IsRetired = false;
            logger.ShimStays(shim.Name);
            return;
        }
        catch (Rpc.RpcException error)
        {
            // Shutdown answers no errors: the connection is gone, and the shim with it.
            logger.ShimRetiredHard(error, shim.Name);
            shim.Process.Kill();
        }

        await shim.Channel.DisposeAsync();
        shim.Directory.Remove();
        logger.ShimRetired(shim.Name);
    }
}
