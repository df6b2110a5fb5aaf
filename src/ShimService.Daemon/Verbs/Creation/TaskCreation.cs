using Google.Protobuf;
using ShimService.Contracts.V1;
using ShimService.Daemon.Configuration;
using ShimService.Daemon.Files;
using ShimService.Daemon.Registry;
using ShimService.Daemon.Shims;
using ShimService.Linux.Errors;
using ShimService.Network;
using ShimService.Rpc;
using ShimService.Tasks.Values;
using V3 = ShimService.Contracts.Containerd.Task.V3;

namespace ShimService.Daemon.Verbs.Creation;

/// <summary>
/// Makes tasks. The order is what a kill of shimd at any instant needs:
/// <code>
/// id reserved → directory, what the config needs, config.json → leases → task.json (names the shim) → shim.Create
///             → networks
/// </code>
/// Before task.json is whole the shim was not asked, and the directory is litter; after it, the next shimd asks that
/// shim. No fsync: all of it lies on a tmpfs, and goes with the containers when the power does.
/// </summary>
internal sealed class TaskCreation(
    TaskRegistry registry, ShimPool pool, TaskSources sources, Preparer preparer,
    NetworkManager networks, TaskRemoval removal, DaemonOptions options, TimeProvider time)
{
    /// <summary>Errors: InvalidArgument, AlreadyExists, the shim's own; then nothing is left.</summary>
    public async Task<CreatedTask> CreateAsync(CreateRequest request)
    {
        var id = ContainerId.Parse(request.Id, "id");
        var group = GroupKey.Parse(request.Group, id);
        var engine = EngineNames.Require(request.Engine, options);
        EngineNames.RequireLinux(request.Platform);
        var (resolved, wanted) = Networking.Resolve(request);
        var source = await sources.ReadAsync(resolved, wanted) with { AutoRemove = request.AutoRemove };
        if (engine.Runtime is not null && source.Bundle is null)
        {
            source = source with { SpecJson = RuntimeSpec.Of(source.SpecJson.Span) };
        }

        return await CreateAsync(id, group, source, (entry, bundle) => new V3.CreateTaskRequest
        {
            Id = entry.Id,
            Bundle = bundle,
            Terminal = source.Terminal,
            Stdin = source.OpenStdin ? Stdio.Attach : "",
            Stdout = Stdio.Log(entry.InitLog),
            Stderr = source.Terminal ? "" : Stdio.Log(entry.InitLog),
            Rootfs = { source.RootfsMounts },
            Options = EngineOption.Of(engine),
        });
    }

    /// <summary>The same with the shim's request made by the caller.</summary>
    public async Task<CreatedTask> CreateAsync(
        ContainerId id, GroupKey group, TaskSource source, Func<TaskEntry, string, V3.CreateTaskRequest> ask)
    {
        var entry = registry.Reserve(id);
        Shim? shim = null;
        try
        {
            shim = await pool.AcquireAsync(group);
            var bundle = source.Bundle ?? entry.Directory;
            StateLayout.MakePrivate(entry.Directory);
            if (source.Bundle is null)
            {
                Prepare(entry, source);
                WriteSpec(bundle, source.SpecJson.Span);
            }

            if (source.Networking is { } wanted)
            {
                WriteHosts(networks.Prepare(wanted));
            }

            TaskRegistry.Bind(entry, shim, new TaskRecord
            {
                Id = entry.Id,
                Shim = shim.Name,
                Group = group.Text,
                Bundle = bundle,
                Terminal = source.Terminal,
                OpenStdin = source.OpenStdin,
                AutoRemove = source.AutoRemove,
                Volumes = entry.Volumes,
                StopSignal = source.StopSignal,
                StopTimeoutSeconds = source.StopTimeoutSeconds,
                CreatedAt = time.GetUtcNow(),
                Labels = source.Labels,
            });
            var answer = await shim.TaskAsync(
                "Create", ask(entry, bundle), V3.CreateTaskResponse.Parser, CancellationToken.None);
            entry.IsMade = true;
            if (source.Networking is null)
            {
                return new CreatedTask(entry, answer.Pid, source.Warnings);
            }

            await AttachAsync(entry, (int)answer.Pid);
            return new CreatedTask(entry, answer.Pid, [.. source.Warnings, .. networks.WarningsOf(entry.Id)]);
        }
        catch (Exception error)
        {
            await UndoAsync(entry, shim, error);
            throw;
        }
    }

    private void Prepare(TaskEntry entry, TaskSource source)
    {
        try
        {
            if (source.Resources is { } resources && resources.CalculateSize() > 0)
            {
                File.WriteAllBytes(entry.ResourcesPath, resources.ToByteArray());
            }

            if (source.Preparation is { } wanted)
            {
                entry.Volumes = [.. wanted.Volumes.Where(static volume => !volume.IsOwn)
                    .Select(static volume => volume.Name).Distinct()];
                preparer.Prepare(entry.Id, wanted);
            }
        }
        catch (Exception error) when (error is KernelException or IOException or UnauthorizedAccessException)
        {
            throw RpcException.FailedPrecondition("PREPARE_FAILED", $"task {entry.Id}", "CREATING", "Create",
                $"prepare the files of task {entry.Id}: {error.Message}");
        }
    }

    private void WriteHosts(ContainerRecord container)
    {
        if (container.HostsFile.Length > 0)
        {
            HostsOfNetworks.Check(container);
            File.WriteAllBytes(container.HostsFile, networks.RenderHosts(container.Container));
        }
    }

    // The container exists and its program does not run: what fails here undoes both.
    private async Task AttachAsync(TaskEntry entry, int pid)
    {
        try
        {
            await networks.AttachAsync(entry.Id, pid);
        }
        catch (Exception)
        {
            await TryForceDeleteAsync(entry.Shim!, entry.Id);
            throw;
        }
    }

    private static void WriteSpec(string directory, ReadOnlySpan<byte> json)
    {
        using var file = File.OpenHandle(
            Path.Combine(directory, "config.json"), FileMode.CreateNew, FileAccess.Write, FileShare.Read);
        RandomAccess.Write(file, json, 0);
    }

    // A shim that answers has undone its part. One that does not may be dead, and then its funeral does it, or may
    // have lost the connection only, and then it holds the task.
    private async Task UndoAsync(TaskEntry entry, Shim? shim, Exception error)
    {
        if (shim is not null && entry.Shim is not null
            && error is RpcException { Code: RpcStatusCode.Unavailable })
        {
            await Task.WhenAny(entry.Ended, shim.ReplacedAsync(shim.Channel),
                Task.Delay(options.ShimDeleteLimit * 2, time));
            if (!entry.Ended.IsCompleted && !await TryForceDeleteAsync(shim, entry.Id))
            {
                // A connection that a dying shim has still taken: the funeral needs the entry.
                await Task.WhenAny(entry.Ended, Task.Delay(options.ShimDeleteLimit * 2, time));
            }
        }

        await removal.ReleaseNetworksAsync(entry);
        if (entry.Ended.IsCompleted)
        {
            removal.RemoveEnded(entry, await entry.Ended);
        }
        else
        {
            removal.Forget(entry, shim);
        }
    }

    /// <summary>False when it did not answer.</summary>
    private async Task<bool> TryForceDeleteAsync(Shim shim, string id)
    {
        try
        {
            await shim.AskAsync("ForceDelete", new ShimContracts.ForceDeleteRequest { Id = id },
                ShimContracts.ForceDeleteResponse.Parser, CancellationToken.None)
                .WaitAsync(options.ShimConnectLimit, time);
            return true;
        }
        catch (Exception error) when (error is RpcException or TimeoutException)
        {
            // Not there, or the shim is dying after all: the funeral comes.
            return error is RpcException { Code: not RpcStatusCode.Unavailable };
        }
    }
}
