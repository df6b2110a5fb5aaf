using ShimService.Tasks.Errors;
using ShimService.Tasks.Stats;
using ShimService.Tasks.Values;
using ShimService.Tasks.Views;

namespace ShimService.Tasks.Ports;

/// <summary>
/// A container the engine made. Transitions (Start, Exec, Pause, Resume, Update, Delete) are called one at a
/// time by the container's mailbox; reads and kills from any thread at any time.
/// Errors: <see cref="TaskException"/>.
/// </summary>
public interface IContainer
{
    IProcess Init { get; }

    /// <summary>args of the init process, for people.</summary>
    IReadOnlyList<string> Args { get; }

    ProcessOrigin Origin { get; }

    /// <summary>How long each part of its launch took, in order; grows when it is started.</summary>
    IReadOnlyList<LaunchTiming> Timings { get; }

    /// <summary>True when the init's exit makes the kernel kill everything else in the container.</summary>
    bool HasPrivatePidNamespace { get; }

    /// <summary>Opens the gate; returns once the user's program runs (or has already run and exited).</summary>
    Task StartAsync(CancellationToken abort);

    /// <summary>Checks an exec without launching it. Errors: InvalidArgument with the field.</summary>
    void CheckExec(ExecRequest request);

    /// <summary>Launches an extra process in the container's namespaces and cgroups.</summary>
    Task<IProcess> ExecAsync(ExecRequest request, CancellationToken abort);

    Task PauseAsync(CancellationToken abort);

    Task ResumeAsync(CancellationToken abort);

    /// <summary>Changes limits. <paramref name="resources"/> is an OCI linux.resources object as JSON.</summary>
    Task UpdateAsync(ReadOnlyMemory<byte> resources, CancellationToken abort);

    /// <summary>Sends a signal to every process in the container's cgroup. SIGKILL reaches frozen ones too.</summary>
    void KillAll(Signal signal);

    ContainerStats ReadStats();

    /// <summary>Everything the kernel counts, for callers who want it as the kernel names it.</summary>
    CgroupCounters ReadCounters();

    /// <summary>Every process in the container, as the host numbers them.</summary>
    IReadOnlyList<RunningProcess> ReadProcesses();

    /// <summary>
    /// Ends what is left, unmounts the rootfs mounts and removes the cgroups. Can be called again after a failure.
    /// </summary>
    Task DeleteAsync();
}
