using ShimService.Engine.Compile.Sections;
using ShimService.Engine.Reaping;
using ShimService.Linux;
using ShimService.Linux.Abi;
using ShimService.Linux.Cgroups;
using ShimService.Linux.Errors;
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

    private Birth(EngineParts parts, Spec spec, Descriptors descriptors)
    {
        try
        {
            var start = new LaunchStart
            {
                Namespaces = NamespaceSection.CloneFlags(spec),
                Cgroup = descriptors.Cgroup,
                PidNamespaceOf = descriptors.PidNamespace,
                Joined = descriptors.Joined,
                Cloned = process => _exit = parts.Reaper.Register(process.Pid),
            };
            Process = parts.Launcher.Begin(start, PlanRuns.InOneProcess, isLed: true);
        }
        catch
        {
            descriptors.Dispose();
            throw;
        }

        Done = DisposeAfterAsync(Process.Cloned, descriptors);
    }

    /// <summary>May be given its plan at once. Has an identity when <see cref="Done"/> has completed.</summary>
    public LaunchedProcess Process { get; }

    /// <summary>Completes when it has been born. Errors: KernelException when the kernel refuses the clone.</summary>
    public Task Done { get; }

    /// <summary>Its exit, once it has been born.</summary>
    public Task<ReapedExit> Exit => _exit ?? throw new InvalidOperationException("not born yet");

    /// <summary>Whoever takes the process ends it; until then <see cref="EndAsync"/> does.</summary>
    public bool IsTaken { get; set; }

    public static Birth Begin(EngineParts parts, Spec spec, Cgroup? cgroup) =>
        new(parts, spec, Descriptors.Open(spec, cgroup));

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
    private static async Task DisposeAfterAsync(Task born, Descriptors descriptors)
    {
        try
        {
            await born;
        }
        catch (KernelException refused) when (refused is { Call: "setns", Errno: Errno.EINVAL }
            && descriptors.PidNamespacePath.Length > 0)
        {
            throw new KernelException(refused.Call, refused.Errno, descriptors.PidNamespacePath,
                LaunchHints.For(SystemCall.Setns, refused.Errno));
        }
        finally
        {
            descriptors.Dispose();
        }
    }

    /// <summary>What the launcher needs open.</summary>
    private sealed class Descriptors : IDisposable
    {
        private readonly List<JoinedNamespace> _joined = [];

        public FileDescriptor? Cgroup { get; private set; }

        public FileDescriptor? PidNamespace { get; private set; }

        /// <summary>Empty without <see cref="PidNamespace"/>.</summary>
        public string PidNamespacePath { get; private set; } = "";

        public IReadOnlyList<JoinedNamespace> Joined => _joined;

        /// <summary>Errors: KernelException with the path.</summary>
        public static Descriptors Open(Spec spec, Cgroup? cgroup)
        {
            var descriptors = new Descriptors();
            try
            {
                foreach (var (path, kind) in NamespaceSection.JoinedAtBirth(spec))
                {
                    descriptors._joined.Add(new JoinedNamespace(OpenNamespace(path), kind, path));
                }

                if (descriptors._joined.Count == 0
                    && spec.Linux.Namespace(LinuxNamespaceKind.Pid) is { IsNew: false } joined)
                {
                    descriptors.PidNamespace = OpenNamespace(joined.Path);
                    descriptors.PidNamespacePath = joined.Path;
                }

                descriptors.Cgroup = cgroup?.OpenBirthplace();
                return descriptors;
            }
            catch
            {
                descriptors.Dispose();
                throw;
            }
        }

        public void Dispose()
        {
            Cgroup?.Dispose();
            PidNamespace?.Dispose();
            foreach (var one in _joined)
            {
                one.File.Dispose();
            }
        }

        // What is a FIFO by mistake would hold the create for good.
        private static FileDescriptor OpenNamespace(string path) =>
            Files.Open(path, OpenFlags.ReadOnly | OpenFlags.NonBlocking);
    }
}
