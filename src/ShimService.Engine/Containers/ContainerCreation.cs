using ShimService.Engine.Hooks;
using ShimService.Engine.Launching;
using ShimService.Engine.Resctrl;
using ShimService.Engine.Resources;
using ShimService.Engine.Stdio;
using ShimService.Engine.Stdio.Open;
using ShimService.Engine.Systemd;
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
    private readonly ContainerHooks _hooks = new(parts, request, spec);
    private NetworkDevices? _networkDevices;
    private string _step = "create";
    private SystemdScope? _scope;

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
            await _hooks.AfterDeleteAsync();
            if (Translate(exception) is { } translated)
            {
                throw translated;
            }

            throw;
        }
        finally
        {
            _networkDevices?.Dispose();
        }
    }

    private async Task<IContainer> CreateAsync(CancellationToken abort)
    {
        abort.ThrowIfCancellationRequested();
        CompileStreams.CheckTerminal(spec.Process!, request.Stdio);
        await MountedRootfs.MountAsync(parts, request, _mounted, _undo, step => _step = step, abort);
        var choice = CgroupChoice.Of(parts.Cgroups, spec, request.Id.Value, request.Cgroups);
        var cgroup = choice.Scope is null ? BeginCgroup(choice) : null;
        // The kernel takes longer over the namespaces than the plan takes: the init is born meanwhile. The rest of the
        // cgroup comes last, since a clone into a cgroup holds the lock that making one needs (kernel 6.18,
        // cgroup_css_set_fork).
        var birth = Begin(cgroup);
        cgroup ??= await StartScopeAsync(choice, birth);
        await CompleteMapsAsync(birth);
        var resctrl = spec.Linux.IntelRdt is { } rdt
            ? ResctrlGroup.Plan(rdt, request.Id.Value, parts.Options.ResctrlRoot, parts.Options.ResctrlSees)
            : null;
        choice = resctrl is null ? choice : choice with { TasksFiles = [.. choice.TasksFiles, .. resctrl.TasksFiles] };
        _step = "fetch the caller's descriptors";
        using var preserved = PreservedDescriptors.Fetch(request.Stdio);
        _step = "compile the spec";
        var init = Compile(choice);
        timer.Done("compile");
        _step = "open stdio";
        var stdio = await parts.Stdio.PrepareAsync(request.Stdio, Streams(), abort);
        _undo.Push("stdio", stdio.CloseAsync);
        timer.Done("stdio");
        _step = "make the cgroup";
        cgroup.Complete(choice.Needed);
        _step = "set the limits";
        ContainerLimits.Create(cgroup, spec.Linux.Resources);
        if (CgroupOwner.Of(spec) is { } owner)
        {
            _step = "give the cgroup to the container's user";
            cgroup.Delegate(owner);
        }

        MakeResctrl(resctrl);
        timer.Done("cgroup");
        await MoveNetworkDevicesAsync(birth);
        using (var sources = await OpenSourcesAsync(birth, init, abort))
        {
            Give(birth.Process, init, cgroup, resctrl, stdio, sources, preserved);
        }

        timer.Done("hand over");
        _step = "watch for out-of-memory kills";
        var memory = new MemoryWatch(cgroup, observer, parts.Memory);
        _undo.Push("memory notices", () =>
        {
            memory.Dispose();
            return ValueTask.CompletedTask;
        });
        _step = "clone";
        await birth.Done;
        var process = new LinuxProcess(birth.Process, stdio, birth.Exit, memory.Check);
        birth.IsTaken = true;
        _undo.Push($"process {process.Pid}", () => EndAsync(process));
        IdMaps.Check(process.Launched, spec.Linux);
        // Here it costs nothing: the process is busy with its plan.
        var origin = new ProcessOrigin(ProcessStat.StartTime(process.Pid.Value) ?? 0, choice.Path.Value);
        timer.Done("clone");
        stdio.Launched();
        var copied = 0;
        await new Rendezvous(process.Launched, parts.Options, LaunchNames.Start)
        {
            UserNamespace = () =>
            {
                _step = "set up the user namespace";
                IdMaps.Write(process.Launched, init);
            },
            CopyUp = () =>
            {
                var copy = init.CopyUps[copied++];
                _step = $"copy what the tmpfs at {copy.Path} hides";
                copy.Run(process.Launched);
            },
            Terminal = () => TerminalHandOver.Fetch(process.Launched, init.TerminalMaster, stdio),
            Hooks = token => _hooks.DuringCreateAsync(process.Launched, cgroup, token),
        }.RunAsync(abort);
        timer.Done("set up");
        cgroup.ReleaseClaim();
        _hooks.Created();
        return new LinuxContainer(parts, request, spec, cgroup, process, origin, memory, _hooks, _mounted, timer)
        {
            Scope = _scope,
            Resctrl = resctrl,
        };
    }

    private async Task CompleteMapsAsync(Birth birth)
    {
        if (spec.Linux.Namespace(LinuxNamespaceKind.User) is { IsNew: false }
            && (spec.Linux.UidMappings.Count == 0 || spec.Linux.GidMappings.Count == 0))
        {
            _step = "clone";
            await birth.Done;
            _step = "read the maps of the user namespace";
            spec = spec with { Linux = IdMaps.Complete(birth.Process, spec.Linux) };
        }
    }

    private void MakeResctrl(ResctrlGroup? resctrl)
    {
        if (resctrl is not null)
        {
            _step = "make the class of service";
            _undo.Push("class of service", () =>
            {
                resctrl.Remove();
                return ValueTask.CompletedTask;
            });
            resctrl.Create();
            _hooks.Resctrl = resctrl;
        }
    }

    // systemd starts a scope around a process that is there already, and moves it.
    private async Task<Cgroup> StartScopeAsync(CgroupChoice choice, Birth birth)
    {
        _step = "clone";
        await birth.Done;
        _step = $"start {choice.Scope!.Unit}";
        var scope = new SystemdScope(
            choice.Scope, parts.Options.SystemBusSockets ?? SystemBus.Sockets(), parts.Options.SystemdLimit);
        await scope.StartAsync(ScopeProperties.Start(
            choice.Scope, request.Id.Value, birth.Process.Pid, spec.Linux.Resources, spec.Annotations,
            parts.Cgroups.Layout.Mode == CgroupMode.Unified));
        _scope = scope;
        _undo.Push($"unit {choice.Scope.Unit}", () => new ValueTask(scope.StopAsync()));
        var cgroup = parts.Cgroups.Find(choice.Path);
        _undo.Push($"cgroup {choice.Path}", () => new ValueTask(
            cgroup.RemoveAsync(parts.Options.RemoveLimit, CancellationToken.None)));
        return cgroup.Directories.Count > 0 ? cgroup : throw new TaskException(
            ErrorKind.FailedPrecondition, ErrorReason.HostLacks,
            $"linux.cgroupsPath: systemd has started {choice.Scope.Unit}, but there is no cgroup at {choice.Path}: it does "
            + "not manage the cgroups that are mounted here; give a path such as /shimservice/ID")
        {
            Field = "linux.cgroupsPath",
        };
    }

    private Cgroup BeginCgroup(CgroupChoice choice)
    {
        _step = "make the cgroup";
        var cgroup = parts.Cgroups.Begin(choice.Path);
        _undo.Push($"cgroup {choice.Path}", () => new ValueTask(
            cgroup.RemoveAsync(parts.Options.RemoveLimit, CancellationToken.None)));
        return cgroup;
    }

    private Birth Begin(Cgroup? cgroup)
    {
        _step = "clone";
        var birth = Birth.Begin(parts, spec, cgroup);
        _undo.Push("the process", birth.EndAsync);
        return birth;
    }

    private InitPlan Compile(CgroupChoice choice) =>
        parts.Compiler.CompileInit(new InitRequest(spec, request.Bundle, choice.TasksFiles)
        {
            CgroupUnified = parts.Cgroups.Layout.Mode == CgroupMode.Unified,
            CgroupSources = choice.Sources,
            NullStreams = CompileStreams.Null(request.Stdio),
            Preserved = request.Stdio.Preserved,
            Keyring = LaunchNames.Keyring(request.Id.Value, request.Keyring),
            Root = request.Root,
        });

    private async Task MoveNetworkDevicesAsync(Birth birth)
    {
        if (spec.Linux.NetDevices.Count == 0)
        {
            return;
        }

        _step = "clone";
        await birth.Done;
        _step = "move network interfaces";
        var path = spec.Linux.Namespace(LinuxNamespaceKind.Network) is { IsNew: false } joined
            ? joined.Path
            : $"/proc/{birth.Process.Pid}/ns/net";
        var devices = new NetworkDevices(
            spec.Linux.NetDevices, Files.Open(path, OpenFlags.ReadOnly | OpenFlags.NonBlocking));
        _networkDevices = devices;
        _undo.Push("network interfaces", devices.ReturnAsync);
        await devices.MoveAsync();
    }

    private async Task<MountSources?> OpenSourcesAsync(Birth birth, InitPlan init, CancellationToken abort)
    {
        if (init.Sources.Count == 0)
        {
            return null;
        }

        _step = "clone";
        await birth.Done;
        _step = "open the sources of the mounts";
        var sources = new MountSources(parts, birth.Process.PidFd);
        try
        {
            await sources.OpenAsync(init.Sources, abort);
            return sources;
        }
        catch
        {
            sources.Dispose();
            throw;
        }
    }

    private void Give(
        LaunchedProcess process, InitPlan init, Cgroup cgroup, ResctrlGroup? resctrl, ProcessStdio stdio,
        MountSources? sources, PreservedDescriptors preserved)
    {
        _step = "give the process its plan";
        using var join = resctrl is null ? cgroup.OpenJoin() : resctrl.Extend(cgroup.OpenJoin());
        process.Give(
            init.Plan, stdio.ChildStdin, stdio.ChildStdout, stdio.ChildStderr,
            [.. preserved.All, .. CgroupDescriptors.Handles(join, [.. sources?.Opened ?? []])]);
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
