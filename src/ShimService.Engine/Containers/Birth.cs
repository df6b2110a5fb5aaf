using ShimService.Engine.Compile.Sections;
using ShimService.Engine.Reaping;
using ShimService.Linux;
using ShimService.Linux.Abi;
using ShimService.Linux.Cgroups;
using ShimService.Linux.Launch;
using ShimService.Oci.Model;

namespace ShimService.Engine.Containers;

/// <summary>
/// A container's init on its way: born into the container's namespaces while its plan is still being made, which it
/// waits for.
/// </summary>
internal sealed class Birth
{
    private Task<ReapedExit>? _exit;

    private Birth(EngineParts parts, NamespaceFlags namespaces, FileDescriptor? cgroup, FileDescriptor? pidNamespace)
    {
        try
        {
            var start = new LaunchStart
            {
                Namespaces = namespaces,
                Cgroup = cgroup,
                PidNamespaceOf = pidNamespace,
                Cloned = process => _exit = parts.Reaper.Register(process.Pid),
            };
            Process = parts.Launcher.Begin(start, PlanRuns.InOneProcess, isLed: true);
        }
        catch
        {
            cgroup?.Dispose();
            pidNamespace?.Dispose();
            throw;
        }

        Done = DisposeAfterAsync(Process.Cloned, cgroup, pidNamespace);
    }

    /// <summary>May be given its plan at once. Has an identity when <see cref="Done"/> has completed.</summary>
    public LaunchedProcess Process { get; }

    /// <summary>Completes when it has been born. Errors: KernelException when the kernel refuses the clone.</summary>
    public Task Done { get; }

    /// <summary>Its exit, once it has been born.</summary>
    public Task<ReapedExit> Exit => _exit ?? throw new InvalidOperationException("not born yet");

    /// <summary>Whoever takes the process ends it; until then <see cref="EndAsync"/> does.</summary>
    public bool IsTaken { get; set; }

    public static Birth Begin(EngineParts parts, Spec spec, Cgroup cgroup)
    {
        var pidNamespace = spec.Linux.Namespace(LinuxNamespaceKind.Pid) is { IsNew: false } joined
            // What is a FIFO by mistake would hold the create for good.
            ? Files.Open(joined.Path, OpenFlags.ReadOnly | OpenFlags.NonBlocking)
            : null;
        FileDescriptor? birthplace;
        try
        {
            birthplace = cgroup.OpenBirthplace();
        }
        catch
        {
            pidNamespace?.Dispose();
            throw;
        }

        return new Birth(parts, NamespaceSection.CloneFlags(spec), birthplace, pidNamespace);
    }

    /// <summary>Ends a process that nobody has taken. Never throws.</summary>
    public async ValueTask EndAsync()
    {
        await Done.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (!IsTaken && Done.IsCompletedSuccessfully)
        {
            Process.Kill(9);
            await Exit;
            Process.PidFd.Dispose();
        }
    }

    // The launcher reads the descriptors until the child is there, whatever the caller does meanwhile.
    private static async Task DisposeAfterAsync(Task born, FileDescriptor? cgroup, FileDescriptor? pidNamespace)
    {
        try
        {
            await born;
        }
        finally
        {
            cgroup?.Dispose();
            pidNamespace?.Dispose();
        }
    }
}
