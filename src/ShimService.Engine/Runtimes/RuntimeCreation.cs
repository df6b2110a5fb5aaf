using ShimService.Engine.Containers;
using ShimService.Engine.Launching;
using ShimService.Engine.Stdio;
using ShimService.Engine.Undo;
using ShimService.Linux;
using ShimService.Linux.Errors;
using ShimService.Oci;
using ShimService.Oci.Model;
using ShimService.Tasks.Errors;
using ShimService.Tasks.Ports;
using ShimService.Tasks.Values;

namespace ShimService.Engine.Runtimes;

/// <summary>
/// One Create by an OCI runtime. Rootfs mounts and streams are made here, all else by the runtime. Whatever fails, or
/// when the caller aborts, all that was made is taken back in reverse before the error leaves.
/// </summary>
internal sealed class RuntimeCreation(
    EngineParts parts, OciRuntime runtime, ContainerRequest request, IContainerObserver observer)
{
    private readonly UndoStack _undo = new(parts.Options.RemoveLimit, parts.Options.Time, parts.Options.OnWarning);
    private readonly List<string> _mounted = [];
    private string _step = "create";

    public async Task<IContainer> RunAsync(CancellationToken abort)
    {
        try
        {
            var container = await CreateAsync(abort);
            _undo.Forget();
            return container;
        }
        catch (Exception exception)
        {
            await _undo.RunAsync();
            if (Translate(exception) is { } translated)
            {
                throw translated;
            }

            throw;
        }
    }

    private async Task<IContainer> CreateAsync(CancellationToken abort)
    {
        var timer = new LaunchTimer(parts.Options.Time);
        abort.ThrowIfCancellationRequested();
        var spec = BundleSpec.Read(request.Bundle);
        CompileStreams.CheckTerminal(spec.Process!, request.Stdio);
        var place = new RuntimeCgroup(parts.Cgroups, spec, request, runtime.Directory);
        timer.Done("read spec");
        await MountedRootfs.MountAsync(parts, request, _mounted, _undo, step => _step = step, abort);
        _step = "open stdio";
        var stdio = await parts.Stdio.PrepareAsync(request.Stdio, Streams(spec), abort);
        _undo.Push("stdio", stdio.CloseAsync);
        timer.Done("stdio");
        _step = "prepare the cgroup";
        _undo.Push("cgroup", () => new ValueTask(place.RemoveAsync(parts.Options.RemoveLimit)));
        Prepare(place);
        _step = runtime.Step("create");
        _undo.Push($"{request.Id} of {runtime.Engine}", () => new ValueTask(DeleteAsync()));
        runtime.UsesSystemd = place.IsSystemds;
        var init = await runtime.LaunchAsync("create", Arguments(), default, stdio, spec.Process!.Terminal, abort);
        timer.Done(_step);
        var startTime = ProcessStat.StartTime(init.Pid) ?? 0;
        MemoryWatch? memory = null;
        var process = new ContainerProcess(
            init.Pid, signal => init.PidFd is { } held && PidFds.Signal(held, signal), () => init.PidFd?.Dispose(), stdio,
            init.Exited, () => Volatile.Read(ref memory)?.Check() ?? false);
        _undo.Push($"process {process.Pid}", () => EndAsync(process));
        stdio.Launched();
        _step = "find the cgroup";
        var cgroup = place.Find(init.Pid) ?? throw RuntimeErrors.Untrue(
            runtime.Step("create"), "the container has no cgroup of its own");
        Volatile.Write(ref memory, new MemoryWatch(cgroup, observer, parts.Memory));
        timer.Done("cgroup");
        return new RuntimeContainer(
            parts, runtime, request, spec, place, cgroup, process,
            new ProcessOrigin(startTime, cgroup.Path.Value) { Engine = runtime.Engine }, memory, _mounted, timer);
    }

    private void Prepare(RuntimeCgroup place)
    {
        try
        {
            place.Prepare();
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw RuntimeErrors.NoRoom(_step, exception);
        }
    }

    private List<string> Arguments()
    {
        List<string> arguments = ["--bundle", request.Bundle];
        if (request.Root == RootChange.Move)
        {
            arguments.Add("--no-pivot");
        }

        if (request.Keyring == SessionKeyring.Inherited)
        {
            arguments.Add("--no-new-keyring");
        }

        return arguments;
    }

    private Task DeleteAsync() => runtime.RunAsync("delete", ["--force"], default, CancellationToken.None);

    private static ValueTask EndAsync(ContainerProcess process)
    {
        process.Kill(Tasks.Values.Signal.Kill);
        return new ValueTask(process.Reaped);
    }

    private StdioSettings Streams(Spec spec) => new(
        request.Id.Value, StdioOwner.Of(spec.Process!.User, spec.Linux, request.Streams), request.Streams.WhenFull);

    private TaskException? Translate(Exception exception) => exception switch
    {
        KernelException kernel => LaunchErrors.From(_step, kernel),
        SpecException problem => LaunchErrors.From(problem),
        _ => null,
    };
}
