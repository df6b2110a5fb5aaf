using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using ShimService.Contracts.V1;
using ShimService.Daemon.Events;
using ShimService.Daemon.Files;
using ShimService.Daemon.Registry;
using ShimService.Oci;
using V3 = ShimService.Contracts.Containerd.Task.V3;

namespace ShimService.Daemon.Shims;

/// <summary>
/// After the death of a shim: nothing of its tasks leaks and nothing is lost. The shim binary's delete ends and
/// cleans each task and answers the recorded exit status; the exits that were not told yet are told, execs before
/// init; the task stays in the list as STOPPED until somebody deletes it.
/// </summary>
internal sealed class ShimFuneral(
    EventLog log, TaskRegistry registry, IShimLauncher launcher, TimeProvider time, ILogger<ShimFuneral> logger)
{
    private const uint KilledStatus = 128 + 9;

    /// <summary>Set before the first death.</summary>
    public Action<Shim>? Dropped { get; set; }

    public async Task HoldAsync(Shim shim)
    {
        // One that hangs is as good as dead, and must not go on with tasks that are being cleaned.
        shim.Process.Kill();
        Dropped?.Invoke(shim);
        await HoldAsync(shim.Directory, registry.OfShim(shim));
        await shim.Channel.DisposeAsync();
    }

    public async Task HoldAsync(ShimDirectory directory, IReadOnlyList<TaskEntry> entries)
    {
        await Parallel.ForEachAsync(entries, async (entry, cancel) => await BuryAsync(directory, entry, cancel));
        log.Forget(directory.Name);
        directory.Remove();
    }

    private async Task BuryAsync(ShimDirectory directory, TaskEntry entry, CancellationToken cancel)
    {
        V3.DeleteResponse? answer = null;
        try
        {
            answer = await launcher.DeleteAsync(directory, entry.Id, entry.Record!.Bundle, cancel);
        }
        catch (DaemonException error)
        {
            logger.CleanUpFailed(error, entry.Id);
        }

        var now = time.GetUtcNow().ToTimestamp();
        var known = entry.Mirror.Read();
        foreach (var exec in known.Execs.Where(exec => exec.StartedAt is not null && exec.ExitedAt is null))
        {
            TellExit(entry, exec.ExecId, exec.Pid, KilledStatus, now);
        }

        if (known.CreatedAt is not null && known.ExitedAt is null)
        {
            TellExit(entry, "", known.Pid, answer?.ExitStatus ?? KilledStatus, answer?.ExitedAt ?? now);
        }

        var final = entry.Mirror.Read();
        final.State = TaskState.Stopped;
        final.ExitedAt ??= answer?.ExitedAt ?? now;
        AddArgs(final, entry);
        if (Directory.Exists(entry.Directory))
        {
            AtomicFile.Replace(entry.FinalPath, final.ToByteArray());
        }

        entry.End(final);
        registry.Exited?.Invoke(entry);
        logger.TaskEndedWithItsShim(entry.Id, final.ExitStatus);
    }

    // For people only: a bundle that is gone is no reason to lose the rest.
    private static void AddArgs(TaskMessage final, TaskEntry entry)
    {
        try
        {
            final.Args.Clear();
            final.Args.AddRange(entry.ReadSpec().Process?.Args ?? []);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or SpecException)
        {
            // Shown without them.
        }
    }

    private void TellExit(TaskEntry entry, string execId, uint pid, uint status, Timestamp at)
    {
        var message = new Event
        {
            Timestamp = time.GetUtcNow().ToTimestamp(),
            Topic = Topics.Exit,
            ContainerId = entry.Id,
            ExecId = execId,
            Pid = pid,
            ExitStatus = status,
            ExitedAt = at,
        };
        try
        {
            log.Append("", 0, message);
        }
        catch (IOException error)
        {
            logger.EventNotWritten(error, entry.Id);
        }

        entry.Mirror.Apply(message);
    }
}
