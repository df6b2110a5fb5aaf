using Google.Protobuf;
using ShimService.Contracts.Containerd.Task.V3;
using ShimService.Engine.Containers;
using ShimService.Engine.Hooks;
using ShimService.Engine.Runtimes;
using ShimService.Linux;
using ShimService.Linux.Cgroups;
using ShimService.Linux.Errors;
using ShimService.Shim.CommandLine;
using ShimService.Shim.Handlers.Mapping;
using ShimService.Shim.Records;
using ShimService.Shim.Start;

namespace ShimService.Shim.Delete;

/// <summary>
/// The delete action: run after a shim's connection has closed, for whatever reason, an orderly delete included. Ends
/// and removes what is left of one container, as its record tells, and answers how it ended. Nothing left is fine;
/// single failures are passed over, since the caller removes the bundle either way. Its caller kills it after 5 s.
/// </summary>
internal static class DeleteCommand
{
    private const int Killed = 137;
    private const int KillSignal = 9;
    private static readonly TimeSpan RemovalLimit = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan EmptyInterval = TimeSpan.FromMilliseconds(10);
    private static readonly TimeSpan HookLimit = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan RuntimeLimit = TimeSpan.FromSeconds(2);

    public static async Task<byte[]> RunAsync(ShimArguments arguments, TimeProvider time)
    {
        var id = Ids.Container(arguments.Id).Value;
        var directory = Directory.GetCurrentDirectory();
        var record = RecordStore.Find(directory, id)
            ?? (arguments.Bundle.Length > 0 ? RecordStore.Find(arguments.Bundle, id) : null);
        if (record is not null)
        {
            Passing(() => Kill(record));
            if (record.Engine.Runtime is not null)
            {
                // It takes away what only it knows of, and runs the poststop hooks.
                await OrphanRuntimes.DeleteAsync(
                    record.Engine, id, RuntimeDirectory(record),
                    new EngineOptions { RuntimeLimit = RuntimeLimit, Time = time });
            }

            await RemoveCgroupsAsync(record, time);
            if (!ShimEnvironment.IsShimd)
            {
                // There the bundle may be somebody's own, and so is what is mounted in it: shimd has nothing mounted.
                Passing(() => MountTree.Detach(Path.Combine(record.Bundle, "rootfs")));
            }

            if (record.Engine.Runtime is null)
            {
                await OrphanHooks.RunPoststopAsync(
                    id, record.Bundle, new EngineOptions { HookLimit = HookLimit, Time = time });
            }
        }
        else if (ShimEnvironment.IsShimd && arguments.Bundle.Length > 0)
        {
            // A create that was cut short: there it is shimd that keeps in mind what it has asked for.
            await RemoveCgroupsAsync(new TaskRecord(id, arguments.Bundle, 0, 0), time);
        }

        var bundle = arguments.Bundle.Length > 0 ? arguments.Bundle : directory;
        var socket = record is { Socket.Length: > 0 } ? record.Socket : AddressFile.ReadSocket(bundle);
        if (socket is not null && !ShimEnvironment.IsShimd)
        {
            await DeadShim.CleanUpAsync(socket, arguments, time);
        }

        return new DeleteResponse
        {
            Pid = (uint)(record?.Pid ?? 0),
            ExitStatus = (uint)(record?.ExitStatus ?? Killed),
            ExitedAt = Times.Of(record?.ExitStatus is null
                ? time.GetUtcNow()
                : new DateTimeOffset(record.ExitedAtTicks, TimeSpan.Zero)),
        }.ToByteArray();
    }

    private static string RuntimeDirectory(TaskRecord record) =>
        ShimEnvironment.IsShimd ? Directory.GetCurrentDirectory() : record.Bundle;

    /// <summary>By descriptor, and only if the start time says that it still is the same process.</summary>
    private static void Kill(TaskRecord record)
    {
        if (record.Pid == 0)
        {
            return;
        }

        using var process = PidFds.Open(record.Pid);
        if (process is not null && ProcessStat.StartTime(record.Pid) == record.StartTime)
        {
            PidFds.Signal(process, KillSignal);
        }
    }

    private static async Task RemoveCgroupsAsync(TaskRecord record, TimeProvider time)
    {
        // A create that was cut short knows its cgroup from the spec only.
        var cgroups = record.Pid > 0 ? record.Cgroups : [BundleCgroup.Read(record.Bundle, record.Id)];
        if (cgroups.Count == 0)
        {
            return;
        }

        using var host = CgroupHost.Open(CgroupLayout.Detect(), time);
        foreach (var text in cgroups)
        {
            if (!CgroupPath.TryParse(text, out var path, out _))
            {
                continue;
            }

            try
            {
                var cgroup = host.Find(path);
                if (record.Pid > 0 || (record.Engine.Runtime is not null
                    && OrphanRuntimes.OwnsCgroup(record.Id, RuntimeDirectory(record))))
                {
                    cgroup.SignalAll(KillSignal);
                }
                else if (!await EmptiesAsync(cgroup, time))
                {
                    continue;
                }

                await cgroup.RemoveAsync(RemovalLimit, CancellationToken.None);
                if (record.Engine.Runtime is not null)
                {
                    OrphanRuntimes.RemoveCgroups(path);
                }
            }
            catch (Exception failure) when (failure is KernelException or TimeoutException)
            {
                // The next one may go.
            }
        }
    }

    /// <summary>
    /// A process that waited for its plan ends with its shim. Whoever stays was there before, in a cgroup that the spec
    /// should not have named.
    /// </summary>
    private static async Task<bool> EmptiesAsync(Cgroup cgroup, TimeProvider time)
    {
        for (var start = time.GetTimestamp(); cgroup.ReadProcesses().Count > 0; await Task.Delay(EmptyInterval, time))
        {
            if (time.GetElapsedTime(start) > RemovalLimit)
            {
                return false;
            }
        }

        return true;
    }

    private static void Passing(Action step)
    {
        try
        {
            step();
        }
        catch (KernelException)
        {
            // What cannot be undone here is reported by whoever stumbles over it; the answer matters more.
        }
    }
}
