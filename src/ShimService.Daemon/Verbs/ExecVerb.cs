using System.Globalization;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using ShimService.Contracts.V1;
using ShimService.Daemon.Registry;
using ShimService.Daemon.Services;
using ShimService.Daemon.Shims;
using ShimService.Daemon.Verbs.Creation;
using ShimService.Linux.Errors;
using ShimService.Linux.Paths;
using ShimService.Oci.Build;
using ShimService.Oci.Model;
using ShimService.Oci.Write;
using ShimService.Rpc;
using V3 = ShimService.Contracts.Containerd.Task.V3;

namespace ShimService.Daemon.Verbs;

/// <summary>
/// TaskService.Exec: adds a process to a running container and starts it; when that fails nothing is left.
/// </summary>
internal sealed class ExecVerb(TaskRegistry registry)
{
    private const string ProcessType = "types.containerd.io/opencontainers/runtime-spec/1/Process";

    public async Task<ExecResponse> RunAsync(ExecRequest request, RpcContext context)
    {
        var entry = registry.Require(request.Id);
        var execId = ExecIds.CheckOrMakeUp(request.ExecId);
        using var root = request.User.Length > 0 ? await TryOpenRootAsync(entry) : null;
        var process = ExecSpec.Build(
            ReadContainerProcess(entry), request, root is null ? NoImage.Instance : new ImageFiles(root));
        var pid = await Detached.WaitAsync(AddAndStartAsync(entry, execId, process, request.OpenStdin), context);
        return new ExecResponse { ExecId = execId, Pid = pid };
    }

    // The container's own view of its files, where its users have their names.
    private static async Task<RootedDirectory?> TryOpenRootAsync(TaskEntry entry)
    {
        var answer = await entry.Live("Exec").AskAsync("Get", new ShimContracts.GetRequest { Id = entry.Id },
            ShimContracts.GetResponse.Parser, CancellationToken.None);
        try
        {
            return RootedDirectory.Open(string.Create(CultureInfo.InvariantCulture, $"/proc/{answer.Task.Pid}/root"));
        }
        catch (KernelException)
        {
            // It is gone, which Exec itself says better.
            return null;
        }
    }

    private static async Task<uint> AddAndStartAsync(
        TaskEntry entry, string execId, ProcessSpec process, bool openStdin)
    {
        var shim = entry.Live("Exec");
        await RequireStartedAsync(shim, entry);
        var log = entry.LogOf(execId);
        await shim.TaskAsync("Exec", new V3.ExecProcessRequest
        {
            Id = entry.Id,
            ExecId = execId,
            Terminal = process.Terminal,
            Stdin = openStdin ? Stdio.Attach : "",
            Stdout = Stdio.Log(log),
            Stderr = process.Terminal ? "" : Stdio.Log(log),
            Spec = new Any
            {
                TypeUrl = ProcessType,
                Value = UnsafeByteOperations.UnsafeWrap(SpecWriter.Write(process)),
            },
        }, Empty.Parser, CancellationToken.None);
        try
        {
            var started = await shim.TaskAsync("Start", new V3.StartRequest { Id = entry.Id, ExecId = execId },
                V3.StartResponse.Parser, CancellationToken.None);
            return started.Pid;
        }
        catch (RpcException)
        {
            await UndoAsync(shim, entry, execId);
            throw;
        }
    }

    /// <summary>
    /// A shim takes an exec for a created task, to be started later; we start it at once, which it would refuse after
    /// having told everybody of it. So it is asked first, where the events do not say yet that the task runs.
    /// </summary>
    private static async Task RequireStartedAsync(Shim shim, TaskEntry entry)
    {
        if (entry.Mirror.IsRunning)
        {
            return;
        }

        var now = await shim.AskAsync("Get", new ShimContracts.GetRequest { Id = entry.Id },
            ShimContracts.GetResponse.Parser, CancellationToken.None);
        if (now.Task.State == TaskState.Created)
        {
            throw RpcException.FailedPrecondition("WRONG_STATE", $"task {entry.Id}", "CREATED", "Exec",
                $"Exec in task {entry.Id}: it is CREATED; Start it first");
        }
    }

    private static async Task UndoAsync(Shim shim, TaskEntry entry, string execId)
    {
        try
        {
            await shim.TaskAsync("Delete", new V3.DeleteRequest { Id = entry.Id, ExecId = execId },
                V3.DeleteResponse.Parser, CancellationToken.None);
        }
        catch (RpcException)
        {
            // The shim has removed it itself, or is gone; the failed start is what the caller hears of.
        }

        entry.RemoveLogOf(execId);
    }

    private static ProcessSpec ReadContainerProcess(TaskEntry entry)
    {
        try
        {
            entry.Process ??= entry.ReadSpec().Process;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw RpcException.Create(RpcStatusCode.FailedPrecondition, "BUNDLE_GONE",
                $"Exec in task {entry.Id}: the container's spec cannot be read any more: {error.Message}");
        }

        return entry.Process ?? throw RpcException.Create(RpcStatusCode.FailedPrecondition, "NO_PROCESS",
            $"Exec in task {entry.Id}: its spec has no process to take user and environment from");
    }
}
