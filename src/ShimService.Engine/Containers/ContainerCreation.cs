using ShimService.Engine.Launching;
using ShimService.Engine.Resources;
using ShimService.Engine.Stdio;
using ShimService.Engine.Undo;
using ShimService.Linux;
using ShimService.Linux.Abi;
using ShimService.Linux.Cgroups;
using ShimService.Linux.Errors;
using ShimService.Linux.Launch;
using ShimService.Oci;
using ShimService.Oci.Model;
using ShimService.Tasks.Errors;
using ShimService.Tasks.Ports;

namespace ShimService.Engine.Containers;

/// <summary>
/// One Create, from the spec to the gate. Whatever fails, or when the caller aborts, all that was made is taken back in
/// reverse before the error leaves: process, streams, cgroup, rootfs mounts.
/// </summary>
internal sealed class ContainerCreation(
    EngineParts parts,
    ContainerRequest request,
    Spec spec,
    IContainerObserver observer,
    LaunchTimer timer)
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
        abort.ThrowIfCancellationRequested();
        MountRootfs();
        _step = "compile the spec";
        var choice = CgroupChoice.Of(parts.Cgroups, spec, request.Id.Value);
        // Both cost a fifth of a millisecond, one in the kernel and one here: a second core takes the one.
        var compiling = Task.Run(() => Compile(choice), CancellationToken.None);
        Cgroup cgroup;
        try
        {
            cgroup = MakeCgroup(choice);
        }
        finally
        {
            // An undo must not run beside it.
            await ((Task)compiling).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        _step = "compile the spec";
        var init = await compiling;
        using var join = cgroup.OpenJoin();
        timer.Done("cgroup and plan");
        _step = "open stdio";
        var stdio = await parts.Stdio.PrepareAsync(request.Stdio, Streams(), abort);
        _undo.Push("stdio", stdio.CloseAsync);
        timer.Done("stdio");
        var memory = new MemoryWatch(cgroup, observer, parts.Memory);
        _undo.Push("memory notices", () =>
        {
            memory.Dispose();
            return ValueTask.CompletedTask;
        });
        var process = await LaunchAsync(init, join, stdio, memory);
        timer.Done("clone");
        await new Rendezvous(process.Launched, parts.Options, LaunchNames.Start, init.Plan)
        {
            UserNamespace = () => IdMaps.Write(process.Launched, init),
            Terminal = () => TerminalHandOver.Fetch(process.Launched, init.TerminalMaster, stdio),
        }.RunAsync(abort);
        timer.Done("set up");
        return new LinuxContainer(parts, request, spec, cgroup, process, memory, _mounted, timer);
    }

    private void MountRootfs()
    {
        if (request.Rootfs.Count == 0)
        {
            return;
        }

        var rootfs = Path.GetFullPath(Path.Join(request.Bundle, "rootfs"));
        _step = $"make {rootfs}";
        Directory.CreateDirectory(rootfs);
        foreach (var mount in request.Rootfs)
        {
            _step = $"mount {mount.Type} {mount.Source} on the rootfs";
            var target = RootfsMounts.Mount(mount, rootfs);
            _mounted.Add(target);
            _undo.Push($"mount {target}", () =>
            {
                _ = Mounts.Unmount(target, UnmountFlags.Detach | UnmountFlags.NoFollow);
                return ValueTask.CompletedTask;
            });
        }
    }

    private Cgroup MakeCgroup(CgroupChoice choice)
    {
        _step = "make the cgroup";
        var cgroup = parts.Cgroups.Create(choice.Path, choice.Needed);
        _undo.Push($"cgroup {choice.Path}", () => new ValueTask(
            cgroup.RemoveAsync(parts.Options.RemoveLimit, CancellationToken.None)));
        _step = "set the limits";
        ContainerLimits.Create(cgroup, spec.Linux.Resources);
        return cgroup;
    }

    private InitPlan Compile(CgroupChoice choice) =>
        parts.Compiler.CompileInit(new InitRequest(spec, request.Bundle, choice.TasksFiles)
        {
            CgroupUnified = parts.Cgroups.Layout.Mode == CgroupMode.Unified,
            CgroupSources = choice.Sources,
            NullStreams = CompileStreams.Null(request.Stdio),
        });

    private async Task<LinuxProcess> LaunchAsync(InitPlan init, CgroupJoin join, ProcessStdio stdio, MemoryWatch memory)
    {
        _step = "clone";
        using var pidNamespace = init.PidNamespacePath is { } path ? Files.Open(path, OpenFlags.ReadOnly) : null;
        LinuxProcess? process = null;
        await parts.Launcher.LaunchAsync(init.Plan, new LaunchOptions
        {
            Namespaces = init.Namespaces,
            Cgroup = join.CloneInto,
            Stdin = stdio.ChildStdin,
            Stdout = stdio.ChildStdout,
            Stderr = stdio.ChildStderr,
            Descriptors = CgroupDescriptors.Handles(join),
            PidNamespaceOf = pidNamespace,
            Cloned = launched =>
                process = new LinuxProcess(launched, stdio, parts.Reaper.Register(launched.Pid), memory.Check),
        });
        _undo.Push($"process {process!.Pid}", () => EndAsync(process));
        stdio.Launched();
        return process;
    }

    private static ValueTask EndAsync(LinuxProcess process)
    {
        process.Kill(Tasks.Values.Signal.Kill);
        return new ValueTask(process.Reaped);
    }

    private StdioSettings Streams() => new(
        request.Id.Value, StdioOwner.Of(spec.Process!.User, spec.Linux, request.Streams), request.Streams.WhenFull);

    private TaskException? Translate(Exception exception) => exception switch
    {
        LaunchException launch => LaunchErrors.From(launch),
        KernelException kernel => LaunchErrors.From(_step, kernel),
        SpecException problem => LaunchErrors.From(problem),
        _ => null,
    };
}
