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
        var cgroup = MakeCgroup();
        timer.Done("rootfs and cgroup");
        using var join = cgroup.OpenJoin();
        var init = Compile(cgroup, join);
        timer.Done("compile");
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

    private Cgroup MakeCgroup()
    {
        _step = "make the cgroup";
        var path = CgroupPath.ForContainer(request.Id.Value);
        if (spec.Linux.CgroupsPath.Length > 0 && !CgroupPath.TryParse(spec.Linux.CgroupsPath, out path, out var problem))
        {
            throw new SpecException("linux.cgroupsPath", problem);
        }

        var resources = spec.Linux.Resources;
        var cgroup = parts.Cgroups.Create(path, CgroupControllers.Standard | ContainerLimits.Needed(resources));
        _undo.Push($"cgroup {path}", () => new ValueTask(
            cgroup.RemoveAsync(parts.Options.RemoveLimit, CancellationToken.None)));
        _step = "set the limits";
        ContainerLimits.Create(cgroup, resources);
        return cgroup;
    }

    private InitPlan Compile(Cgroup cgroup, CgroupJoin join)
    {
        _step = "compile the spec";
        return parts.Compiler.CompileInit(new InitRequest(spec, request.Bundle, CgroupDescriptors.Names(join))
        {
            CgroupUnified = parts.Cgroups.Layout.Mode == CgroupMode.Unified,
            CgroupSources = CgroupDescriptors.Sources(cgroup),
            NullStreams = CompileStreams.Null(request.Stdio),
        });
    }

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
