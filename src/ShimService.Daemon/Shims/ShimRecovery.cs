using ShimService.Daemon.Configuration;
using ShimService.Daemon.Events;
using ShimService.Daemon.Files;
using ShimService.Daemon.Registry;
using ShimService.Rpc;

namespace ShimService.Daemon.Shims;

/// <summary>
/// What an earlier shimd left behind, however it ended. Every task directory is one of these:
/// <code>
/// record   shim    shim lists it   →
/// torn     –       –               the shim was never asked: removed
/// whole    alive   yes             taken over, events resumed
/// whole    alive   no              Create or Delete was cut short: undone in the shim, removed
/// whole    dead    –               ended and cleaned by the shim binary, kept as STOPPED
/// final    –       –               ended before: kept as STOPPED
/// </code>
/// </summary>
internal sealed class ShimRecovery(
    StateLayout layout, EventLog log, TaskRegistry registry, ShimConnector connector, ShimPool pool,
    ShimFuneral funeral, DaemonOptions options, TimeProvider time, ILogger<ShimRecovery> logger)
{
    public async Task RunAsync(CancellationToken cancel)
    {
        var found = new Dictionary<string, FoundShim>(StringComparer.Ordinal);
        foreach (var path in Directory.GetDirectories(layout.Shims))
        {
            var directory = new ShimDirectory(layout.Shims, Path.GetFileName(path));
            found[directory.Name] = await FindAsync(directory, cancel);
        }

        foreach (var path in Directory.GetDirectories(layout.Tasks))
        {
            await SortAsync(path, found, cancel);
        }

        ContainerStorage.RemoveUnknown(layout);
        ReplayDead(found.Values);
        foreach (var shim in found.Values)
        {
            if (shim.Alive is null)
            {
                await funeral.HoldAsync(shim.Directory, shim.Entries);
            }
            else
            {
                AdoptUnrecorded(shim);
                pool.Adopt(shim.Alive, shim.Entries.Count);
            }
        }

        logger.Recovered(registry.Count, found.Count);
    }

    private async Task<FoundShim> FindAsync(ShimDirectory directory, CancellationToken cancel)
    {
        var record = directory.Read();
        try
        {
            if (await connector.TryFindAsync(directory, record, cancel) is { } shim)
            {
                var tasks = await shim.ListAsync(cancel).WaitAsync(options.ShimConnectLimit, time, cancel);
                return new FoundShim(directory, shim, tasks);
            }
        }
        catch (Exception error) when (error is DaemonException or RpcException or TimeoutException)
        {
            logger.ShimDoesNotAnswer(error, directory.Name);
        }

        if (record is { Pid: > 0 })
        {
            new ShimProcess(record.Pid, record.StartTicks).Kill();
        }

        return new FoundShim(directory, null, []);
    }

    private async Task SortAsync(string path, Dictionary<string, FoundShim> found, CancellationToken cancel)
    {
        var entry = new TaskEntry(Path.GetFileName(path), path);
        var record = RecordFile.TryRead(entry.RecordPath, RecordJson.Default.TaskRecord);
        if (record is null)
        {
            ContainerStorage.Remove(layout, entry.Id);
            return;
        }

        var known = new TaskMessage { Id = record.Id, Bundle = record.Bundle, Terminal = record.Terminal };
        if (File.Exists(entry.FinalPath))
        {
            entry.Adopt(null, record, known);
            entry.End(TaskMessage.Parser.ParseFrom(File.ReadAllBytes(entry.FinalPath)));
            registry.Adopt(entry);
            return;
        }

        if (!found.TryGetValue(record.Shim, out var shim))
        {
            // Its directory is gone, so its death was seen to; only this task was not written down as ended.
            shim = new FoundShim(ShimDirectory.Again(layout.Shims, record.Shim), null, []);
            found[record.Shim] = shim;
        }

        var listed = shim.Tasks.FirstOrDefault(task => task.Id == record.Id);
        if (shim.Alive is not null && listed is null)
        {
            await UndoAsync(shim.Alive, record.Id, cancel);
            ContainerStorage.Remove(layout, entry.Id);
            return;
        }

        entry.Adopt(shim.Alive, record, listed ?? known);
        registry.Adopt(entry);
        shim.Entries.Add(entry);
    }

    // The shim finishes what it was asked even when its asker is gone; ForceDelete overtakes a create under way.
    private async Task UndoAsync(Shim shim, string id, CancellationToken cancel)
    {
        try
        {
            await shim.AskAsync("ForceDelete", new ShimContracts.ForceDeleteRequest { Id = id },
                ShimContracts.ForceDeleteResponse.Parser, cancel).WaitAsync(options.ShimConnectLimit, time, cancel);
        }
        catch (RpcException error) when (error.Code == RpcStatusCode.NotFound)
        {
            // It never came to be, or Delete was through.
        }
        catch (Exception error) when (error is RpcException or TimeoutException)
        {
            logger.UndoFailed(error, id, shim.Name);
        }
    }

    // Of a dead shim's tasks only the recorded events tell.
    private void ReplayDead(IEnumerable<FoundShim> found)
    {
        var orphans = found.Where(shim => shim.Alive is null).SelectMany(shim => shim.Entries)
            .ToDictionary(entry => entry.Id, StringComparer.Ordinal);
        if (orphans.Count == 0)
        {
            return;
        }

        var cursor = log.OpenCursor(0);
        var batch = new List<RecordedEvent>();
        for (cursor.Read(batch); batch.Count > 0; batch.Clear(), cursor.Read(batch))
        {
            foreach (var recorded in batch)
            {
                if (orphans.TryGetValue(recorded.Event.ContainerId, out var entry)
                    && recorded.Shim == entry.Record!.Shim)
                {
                    entry.Mirror.Apply(recorded.Event);
                }
            }
        }
    }

    private void AdoptUnrecorded(FoundShim shim)
    {
        foreach (var task in shim.Tasks.Where(task => shim.Entries.All(entry => entry.Id != task.Id)))
        {
            var entry = new TaskEntry(task.Id, layout.TaskDirectory(task.Id));
            StateLayout.MakePrivate(entry.Directory);
            var record = new TaskRecord
            {
                Id = task.Id,
                Shim = shim.Directory.Name,
                Group = (shim.Alive!.Group ?? GroupKey.Default).Text,
                Bundle = task.Bundle,
                Terminal = task.Terminal,
                CreatedAt = time.GetUtcNow(),
            };
            entry.Adopt(shim.Alive, record, task);
            TaskRegistry.Bind(entry, shim.Alive, record);
            registry.Adopt(entry);
            shim.Entries.Add(entry);
        }
    }
}
