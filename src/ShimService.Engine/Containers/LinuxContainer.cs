using ShimService.Engine.Hooks;
using ShimService.Engine.Launching;
using ShimService.Engine.Resctrl;
using ShimService.Engine.Systemd;
using ShimService.Linux.Cgroups;
using ShimService.Linux.Errors;
using ShimService.Linux.Launch;
using ShimService.Oci.Model;
using ShimService.Tasks.Ports;
using ShimService.Tasks.Values;
using ShimService.Tasks.Views;

namespace ShimService.Engine.Containers;

/// <summary>A container this engine made. See the port for who may call what when.</summary>
internal sealed partial class LinuxContainer : IContainer
{
    private readonly EngineParts _parts;
    private readonly ContainerRequest _request;
    private readonly Spec _spec;
    private readonly Cgroup _cgroup;
    private readonly LinuxProcess _init;
    private readonly MemoryWatch _memory;
    private readonly ContainerHooks _hooks;
    private readonly List<string> _mounted;
    private readonly LaunchTimer _timer;

    public LinuxContainer(
        EngineParts parts,
        ContainerRequest request,
        Spec spec,
        Cgroup cgroup,
        LinuxProcess init,
        ProcessOrigin origin,
        MemoryWatch memory,
        ContainerHooks hooks,
        List<string> mounted,
        LaunchTimer timer)
    {
        Origin = origin;
        _parts = parts;
        _request = request;
        _spec = spec;
        _cgroup = cgroup;
        _init = init;
        _memory = memory;
        _hooks = hooks;
        _mounted = mounted;
        _timer = timer;
        HasPrivatePidNamespace = spec.Linux.Namespace(LinuxNamespaceKind.Pid) is { IsNew: true };
    }

    public IProcess Init => _init;

    /// <summary>The class of service; null = the one of whoever started the shim.</summary>
    public ResctrlGroup? Resctrl { get; init; }

    /// <summary>The unit of systemd the cgroup belongs to; null = it was made here.</summary>
    public SystemdScope? Scope { get; init; }

    public ProcessOrigin Origin { get; }

    public IReadOnlyList<string> Args => _spec.Process!.Args;

    public bool HasPrivatePidNamespace { get; }

    public IReadOnlyList<LaunchTiming> Timings => _timer.Parts;

    /// <inheritdoc/>
    public async Task StartAsync(CancellationToken abort)
    {
        _timer.Restart();
        var launched = _init.Launched;
        try
        {
            await _hooks.BeforeStartAsync(launched, _cgroup, abort);
            await new Rendezvous(launched, _parts.Options, LaunchNames.Start)
            {
                Listener = () => SeccompListener.HandOver(
                    launched, _spec, _request.Id.Value, _request.Bundle, launched),
            }.OpenAsync(abort);
        }
        catch (LaunchException exception)
        {
            throw LaunchErrors.From(exception);
        }

        _init.Executed();
        await AfterStartAsync(abort);
        _timer.Done("start");
    }

    // A container whose poststart hook fails is stopped, whatever its program has done by then.
    private async Task AfterStartAsync(CancellationToken abort)
    {
        try
        {
            await _hooks.AfterStartAsync(_init.Launched, abort);
        }
        catch
        {
            _init.Kill(Signal.Kill);
            throw;
        }
    }

    /// <inheritdoc/>
    public Task PauseAsync(CancellationToken abort) =>
        Translate("pause", _cgroup.FreezeAsync(_parts.Options.FreezeLimit, abort));

    /// <inheritdoc/>
    public Task ResumeAsync(CancellationToken abort) =>
        Translate("resume", _cgroup.ThawAsync(_parts.Options.FreezeLimit, abort));

    /// <inheritdoc/>
    public void KillAll(Signal signal)
    {
        try
        {
            _cgroup.SignalAll(signal.Number);
        }
        catch (KernelException exception)
        {
            throw LaunchErrors.From($"signal {signal.Number} to every process", exception);
        }
    }

    private static async Task Translate(string step, Task task)
    {
        try
        {
            await task;
        }
        catch (KernelException exception)
        {
            throw LaunchErrors.From(step, exception);
        }
    }
}
