using ShimService.Engine.Containers;
using ShimService.Engine.Launching;
using ShimService.Engine.Statistics;
using ShimService.Linux.Cgroups;
using ShimService.Linux.Errors;
using ShimService.Oci;
using ShimService.Oci.Model;
using ShimService.Tasks.Errors;
using ShimService.Tasks.Ports;
using ShimService.Tasks.Stats;
using ShimService.Tasks.Values;
using ShimService.Tasks.Views;

namespace ShimService.Engine.Runtimes;

/// <summary>
/// A container that an OCI runtime has made. The runtime starts, executes, updates and deletes; signals go by pidfd and
/// cgroup, and measurements come from the cgroup, as with ours. The freezer is ours too: what runc freezes by v1 no
/// signal would reach.
/// </summary>
internal sealed partial class RuntimeContainer(
    EngineParts parts,
    OciRuntime runtime,
    ContainerRequest request,
    Spec spec,
    RuntimeCgroup place,
    Cgroup cgroup,
    ContainerProcess init,
    ProcessOrigin origin,
    MemoryWatch memory,
    List<string> mounted,
    LaunchTimer timer) : IContainer
{
    public IProcess Init => init;

    public IReadOnlyList<string> Args => spec.Process!.Args;

    public ProcessOrigin Origin => origin;

    public IReadOnlyList<LaunchTiming> Timings => timer.Parts;

    public bool HasPrivatePidNamespace { get; } = spec.Linux.Namespace(LinuxNamespaceKind.Pid) is { IsNew: true };

    /// <inheritdoc/>
    public async Task StartAsync(CancellationToken abort)
    {
        timer.Restart();
        try
        {
            await runtime.RunAsync("start", [], default, abort);
        }
        catch
        {
            // One whose poststart hook failed may run already.
            init.Kill(Signal.Kill);
            throw;
        }

        init.Executed();
        timer.Done(runtime.Step("start"));
    }

    /// <inheritdoc/>
    public Task PauseAsync(CancellationToken abort) =>
        Translate("pause", cgroup.FreezeAsync(parts.Options.FreezeLimit, abort));

    /// <inheritdoc/>
    public Task ResumeAsync(CancellationToken abort) =>
        Translate("resume", cgroup.ThawAsync(parts.Options.FreezeLimit, abort));

    /// <inheritdoc/>
    public async Task UpdateAsync(ReadOnlyMemory<byte> resources, CancellationToken abort)
    {
        try
        {
            _ = LinuxResources.Parse(resources.Span);
        }
        catch (SpecException exception)
        {
            throw LaunchErrors.From(exception);
        }

        await runtime.RunAsync("update", ["--resources", OciRuntime.InputFile], resources, abort);
    }

    /// <inheritdoc/>
    public void KillAll(Signal signal)
    {
        try
        {
            cgroup.SignalAll(signal.Number);
        }
        catch (KernelException exception)
        {
            throw LaunchErrors.From($"signal {signal.Number} to every process", exception);
        }
    }

    /// <inheritdoc/>
    public ContainerStats ReadStats() => ContainerStatsReader.Read(cgroup, parts.Options.Time.GetUtcNow());

    /// <inheritdoc/>
    public CgroupCounters ReadCounters() => CgroupCountersReader.Read(cgroup);

    /// <inheritdoc/>
    public IReadOnlyList<RunningProcess> ReadProcesses() => CgroupListing.Read(cgroup);

    /// <inheritdoc/>
    public async Task DeleteAsync()
    {
        var step = "kill what is left";
        try
        {
            init.Kill(Signal.Kill);
            cgroup.SignalAll(Signal.Kill.Number);
            await init.Reaped.WaitAsync(parts.Options.RemoveLimit, parts.Options.Time);
            await ForgetAsync();
            step = $"remove the cgroup {cgroup.Path}";
            await cgroup.RemoveAsync(parts.Options.RemoveLimit, CancellationToken.None);
            await place.RemoveAsync(parts.Options.RemoveLimit);
            memory.Dispose();
            MountedRootfs.Unmount(mounted, next => step = next);
        }
        catch (KernelException exception)
        {
            throw LaunchErrors.From(step, exception);
        }
        catch (TimeoutException)
        {
            throw LaunchErrors.TimedOut(step, parts.Options.RemoveLimit);
        }
    }

    // Nothing of it runs any more. A runtime that is gone from the host has nobody to tell: the rest is ours to remove.
    private async Task ForgetAsync()
    {
        try
        {
            await runtime.RunAsync("delete", ["--force"], default, CancellationToken.None);
        }
        catch (TaskException exception) when (exception.Reason == ErrorReason.HostLacks)
        {
            parts.Options.OnWarning($"container {request.Id}: {exception.Message}");
            runtime.Forget();
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
