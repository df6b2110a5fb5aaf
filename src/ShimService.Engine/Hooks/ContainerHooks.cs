using ShimService.Engine.Compile.Sections;
using ShimService.Engine.Containers;
using ShimService.Engine.Launching;
using ShimService.Engine.Reaping;
using ShimService.Engine.Resctrl;
using ShimService.Linux.Cgroups;
using ShimService.Linux.Launch;
using ShimService.Oci;
using ShimService.Oci.Model;
using ShimService.Tasks.Ports;

namespace ShimService.Engine.Hooks;

/// <summary>
/// The hooks of one container, at the points of its life. Those of create and start fail it; after that of start the
/// container is stopped; those of delete are told as a warning and the next one runs.
/// Called by the container's owner, one at a time. Source: OCI runtime-spec 1.3.0 runtime.md#lifecycle.
/// </summary>
internal sealed class ContainerHooks(EngineParts parts, ContainerRequest request, Spec spec)
{
    private readonly HookRunner _runner = new(parts.Stdio.Loop, parts.Options);
    private readonly HostHooks _host = new(
        parts.Launcher, parts.Reaper, parts.Stdio.Loop, parts.Options, spec, request.Id.Value, request.Bundle);

    private bool _begun;
    private bool _over;

    /// <summary>The container's class of service, which the hooks of its namespaces are in too.</summary>
    public ResctrlGroup? Resctrl { get; set; }

    /// <summary>
    /// prestart, createRuntime, createContainer: namespaces and mounts are there, the root is not changed.
    /// </summary>
    public async Task DuringCreateAsync(LaunchedProcess init, Cgroup cgroup, CancellationToken abort)
    {
        _begun = true;
        await _host.RunAsync(HookKind.Prestart, init.Pid, abort);
        await _host.RunAsync(HookKind.CreateRuntime, init.Pid, abort);
        await InContainerAsync(HookKind.CreateContainer, init, cgroup, abort);
    }

    /// <summary>startContainer: the container waits at its gate.</summary>
    public Task BeforeStartAsync(LaunchedProcess init, Cgroup cgroup, CancellationToken abort) =>
        InContainerAsync(HookKind.StartContainer, init, cgroup, abort);

    /// <summary>poststart: the program runs, or has already run.</summary>
    public Task AfterStartAsync(LaunchedProcess init, CancellationToken abort) =>
        _host.RunAsync(HookKind.Poststart, init.Pid, abort);

    /// <summary>The container has been made: it will have to be deleted, and its poststop hooks run.</summary>
    public void Created() => _begun = true;

    /// <summary>
    /// poststop: nothing of the container is left. Once, and only for one that had come as far as its first hooks.
    /// Never throws.
    /// </summary>
    public async Task AfterDeleteAsync()
    {
        if (!_begun || _over)
        {
            return;
        }

        _over = true;
        await _host.RunPoststopAsync();
    }

    private async Task InContainerAsync(
        HookKind kind, LaunchedProcess init, Cgroup cgroup, CancellationToken abort)
    {
        foreach (var point in HookPoint.All(spec.Hooks, kind))
        {
            var state = HookState.Write(
                request.Id.Value, kind, InnerPid.Of(init.Pid), request.Bundle, spec.Annotations);
            await _runner.RunAsync(
                point, state, streams => LaunchAsync(point, init, cgroup, streams, abort), abort);
        }
    }

    private async Task<HookProcess> LaunchAsync(
        HookPoint point, LaunchedProcess init, Cgroup cgroup, HookStreams streams, CancellationToken abort)
    {
        using var own = cgroup.OpenJoin();
        using var join = Resctrl is null ? own : Resctrl.Extend(own);
        var plan = Compile(point, init, join);
        LaunchedProcess? cloned = null;
        Task<ReapedExit>? exited = null;
        var launch = await parts.Launcher.LaunchAsync(plan, new LaunchOptions
        {
            Cgroup = join.CloneInto,
            Stdin = streams.Stdin,
            Stderr = streams.Stderr,
            Descriptors = CgroupDescriptors.Handles(join, init.PidFd),
            HelperCloned = parts.Reaper.Disregard,
            Cloned = process =>
            {
                exited = parts.Reaper.Register(process.Pid);
                Volatile.Write(ref cloned, process);
            },
        });
        try
        {
            await new Rendezvous(launch, parts.Options, null)
            {
                Listener = () => SeccompListener.HandOver(launch, spec, request.Id.Value, request.Bundle, init),
            }.RunAsync(abort);
            return new HookProcess(Volatile.Read(ref cloned)!, exited!);
        }
        catch
        {
            launch.Kill(9);
            await launch.Over;
            if (Volatile.Read(ref cloned) is { } known)
            {
                known.Kill(9);
                await exited!;
                known.PidFd.Dispose();
            }

            throw;
        }
    }

    private LaunchPlan Compile(HookPoint point, LaunchedProcess init, CgroupJoin join)
    {
        try
        {
            return parts.Compiler.CompileHook(new HookPlanRequest(
                point.Kind, point.Hook, spec, NamespaceSection.Listed(spec), CgroupDescriptors.Names(join))
            {
                Bundle = request.Bundle,
                InitPid = init.Pid,
                Keyring = LaunchNames.Keyring(request.Id.Value, request.Keyring),
            });
        }
        catch (SpecException problem)
        {
            throw LaunchErrors.From(problem);
        }
    }
}
