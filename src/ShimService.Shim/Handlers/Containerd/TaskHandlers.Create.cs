using ShimService.Contracts.Containerd.Task.V3;
using ShimService.Linux.Errors;
using ShimService.Rpc;
using ShimService.Shim.Handlers.Mapping;
using ShimService.Shim.Options;
using ShimService.Shim.Records;
using ShimService.Tasks.Errors;
using ShimService.Tasks.Ports;
using ShimService.Tasks.Values;

namespace ShimService.Shim.Handlers.Containerd;

internal sealed partial class TaskHandlers
{
    private readonly HashSet<ContainerId> _noted = [];

    private async Task<CreateTaskResponse> CreateAsync(CreateTaskRequest request, RpcContext context)
    {
        if (request.Checkpoint.Length > 0)
        {
            throw NotThere("checkpoint", "restoring a checkpoint");
        }

        if (!Path.IsPathRooted(request.Bundle))
        {
            throw Invalid("bundle", $"bundle \"{request.Bundle}\" is not an absolute path");
        }

        var mounts = new List<RootfsMount>(request.Rootfs.Count);
        foreach (var mount in request.Rootfs)
        {
            mounts.Add(new RootfsMount(mount.Type, mount.Source, mount.Target, [.. mount.Options]));
        }

        var stdio = StdioForms.Read(request.Stdin, request.Stdout, request.Stderr, request.Terminal, context);
        var options = RuntimeOptionsReader.Read(request.Options);
        var container = new ContainerRequest(Ids.Container(request.Id), request.Bundle, mounts, stdio)
        {
            Streams = Streams(options),
            Keyring = options.NoNewKeyring ? SessionKeyring.Inherited : SessionKeyring.Own,
            Cgroups = options.SystemdCgroup ? CgroupDriver.Systemd : CgroupDriver.ByPath,
            Root = options.NoPivotRoot ? RootChange.Move : RootChange.Pivot,
            Engine = options.Engine,
        };
        var pid = await CreateNotedAsync(container, context.Cancellation);
        return new CreateTaskResponse { Pid = (uint)pid.Value };
    }

    /// <summary>
    /// With a note beside the bundle from before the first step until the record takes its place, or nothing of the
    /// container is left.
    /// </summary>
    private async Task<Pid> CreateNotedAsync(ContainerRequest container, CancellationToken cancel)
    {
        if (records is null || (noted == NotedCreates.OfRuntimes && container.Engine.Runtime is null)
            || !TryNote(container, records))
        {
            return await tasks.CreateAsync(container, cancel);
        }

        try
        {
            return await tasks.CreateAsync(container, cancel);
        }
        catch (TaskException failure) when (failure.Reason != ErrorReason.TaskExists)
        {
            records.Remove(container.Id.Value, container.Bundle);
            throw;
        }
        finally
        {
            lock (_noted)
            {
                _noted.Remove(container.Id);
            }
        }
    }

    /// <summary>False for an id that is taken: what another create has written of it has to stay.</summary>
    private bool TryNote(ContainerRequest container, RecordStore records)
    {
        lock (_noted)
        {
            if (tasks.TryGet(container.Id) is not null || !_noted.Add(container.Id))
            {
                return false;
            }

            try
            {
                records.Begin(new TaskRecord(container.Id.Value, container.Bundle, 0, 0)
                {
                    Socket = socket, Engine = container.Engine,
                });
                return true;
            }
            catch (KernelException failure)
            {
                _noted.Remove(container.Id);
                throw Invalid("bundle", $"bundle {container.Bundle} cannot be written: {failure.Message}");
            }
        }
    }

    /// <summary>Errors: what is asked for and cannot be had, by the option's name.</summary>
    private static StreamOptions Streams(RuntimeOptions options) => options switch
    {
        { BinaryName: { Length: > 0 } binary } => throw Invalid(
            "options.binary_name",
            $"options.binary_name is \"{binary}\": this shim launches containers itself and starts no OCI runtime; "
            + "leave BinaryName out"),
        _ => new StreamOptions
        {
            // Unset on the wire is 0: whose pipes are root's on the host anyway loses nothing by it.
            OwnerUid = options.IoUid == 0 ? null : options.IoUid,
            OwnerGid = options.IoGid == 0 ? null : options.IoGid,
            WhenFull = options.WhenFull,
        },
    };

    private static TaskException NotThere(string field, string what) =>
        new(ErrorKind.Unimplemented, ErrorReason.UnsupportedField, $"{what} is not there in this version")
        {
            Field = field,
        };

    private static TaskException Invalid(string field, string message) =>
        new(ErrorKind.InvalidArgument, ErrorReason.InvalidArgument, message) { Field = field };
}
