using ShimService.Engine.Compile.Host;
using ShimService.Engine.Compile.Input;
using ShimService.Engine.Compile.Seccomp;
using ShimService.Engine.Compile.Sections;
using ShimService.Engine.Launching;
using ShimService.Linux;
using ShimService.Linux.Errors;
using ShimService.Linux.Launch;
using ShimService.Linux.Paths;
using ShimService.Linux.Seccomp;
using ShimService.Oci;
using ShimService.Oci.Model;
using ShimService.Tasks.Errors;
using ShimService.Tasks.Values;

namespace ShimService.Engine.Compile;

/// <summary>
/// Spec to plan on this host: gathers what the pure compilers want to know. One per shim; any thread.
/// </summary>
public sealed class PlanCompiler : IPlanCompiler, IDisposable
{
    private readonly SeccompPrograms _filters = new();
    private readonly RootedDirectory _hostRoot = RootedDirectory.Open("/");
    private HostPicture? _host;

    private HostPicture Host => HostReader.Now(_host ??= HostReader.Read(_hostRoot));

    public InitPlan CompileInit(InitRequest request)
    {
        SysctlGuard.Check(request.Spec);
        var rootPath = RootPath(request.Spec, request.Bundle);
        using var rootfs = new RootfsView(OpenRoot(rootPath));
        return ContainerCompiler.Compile(new ContainerInput
        {
            Spec = request.Spec,
            RootPath = rootPath,
            OwnsNetwork = request.Spec.Linux.Namespace(LinuxNamespaceKind.User) is { IsNew: false } user
                && request.Spec.Linux.Namespace(LinuxNamespaceKind.Network) is { IsNew: false } network
                && NamespaceFiles.IsOwnedBy(network.Path, user.Path),
            RootMount = request.Spec.Linux.RootfsPropagation is RootfsPropagation.Shared or RootfsPropagation.RecursiveShared
                ? MountPoints.Holding(rootPath)
                : "/",
            BundlePath = request.Bundle,
            Host = SecurityReader.Now(Host, request.Spec.Process, request.Spec.Linux),
            Rootfs = rootfs,
            NullStreams = request.NullStreams,
            Preserved = request.Preserved,
            Keyring = request.Keyring,
            HiddenBelowRoot = request.Root == RootChange.Move ? HostFilesystems(rootPath) : null,
            Seccomp = Filter(request.Spec, request.Spec.Process, exec: false),
            Cgroup = new CgroupPlacement
            {
                TasksFiles = request.CgroupTasks,
                Unified = request.CgroupUnified,
                Sources = request.CgroupSources,
            },
        });
    }

    public ExecPlan CompileExec(ExecPlanRequest request) => ExecCompiler.Compile(Input(request));

    public LaunchPlan CompileHook(HookPlanRequest request)
    {
        var process =
            request.Container.Process ?? throw new SpecException("process", "is required to create a container");

        // The filter binds what runs in the container; a hook of create is not that yet.
        var container = request.Kind == HookKind.StartContainer
            ? request.Container
            : request.Container with { Linux = request.Container.Linux with { Seccomp = null } };
        var exec = new ExecPlanRequest(
            process with { Terminal = false }, container, request.Joined, request.CgroupTasks)
        {
            InitPid = request.InitPid,
            NullStreams = StdioStreams.Stdout,
            Keyring = request.Keyring,
        };
        return HookCompiler.Compile(request, Input(exec));
    }

    private ExecInput Input(ExecPlanRequest request) => new()
    {
        Process = request.Process,
        Joined = request.Joined,
        InitPid = request.InitPid,
        Host = SecurityReader.Now(Host, request.Process, request.Container.Linux),
        TasksFiles = request.CgroupTasks,
        NullStreams = request.NullStreams,
        Preserved = request.Preserved,
        Keyring = request.Keyring,
        Linux = request.Container.Linux,
        Seccomp = Filter(request.Container, request.Process, exec: true),
        Home = FindHome(request.InitPid, request.Process.User.Uid),
    };

    public void Dispose() => _hostRoot.Dispose();

    /// <summary>All of a proc or a sysfs, mounted outside the container's root.</summary>
    private static List<string> HostFilesystems(string rootPath)
    {
        var found = new List<string>();
        foreach (var mount in MountInfo.Parse(Files.ReadText("/proc/self/mountinfo")))
        {
            if (mount is { Root: "/", Filesystem: "proc" or "sysfs" } && !mount.IsWithin(rootPath))
            {
                found.Add(mount.Target);
            }
        }

        return found;
    }

    private static string RootPath(Spec spec, string bundle)
    {
        var path = spec.Root?.Path ?? throw new SpecException("root.path", "is required");
        return FollowLink(Mounts.ContainerPath.Clean(path.StartsWith('/') ? path : $"{bundle}/{path}"));
    }

    /// <summary>
    /// A root directory that is a link is the directory it leads to: the caller named it, not the image. The plan names
    /// the end itself, so that what is looked at here is what the child opens.
    /// </summary>
    private static string FollowLink(string path)
    {
        try
        {
            return Directory.ResolveLinkTarget(path, returnFinalTarget: true)?.FullName ?? path;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new SpecException("root.path", $"{path} cannot be followed: {error.Message}");
        }
    }

    private static RootedDirectory OpenRoot(string path)
    {
        try
        {
            return RootedDirectory.Open(path);
        }
        catch (KernelException error)
        {
            throw new SpecException("root.path", $"{path} cannot be opened: {error.Errno}");
        }
    }

    // The container may have gone, or hidden its files: then there is no home to be found.
    private static string? FindHome(int init, uint uid)
    {
        if (init <= 0)
        {
            return null;
        }

        try
        {
            using var root = new RootfsView(RootedDirectory.Open($"/proc/{init}/root"));
            return root.FindHome(uid);
        }
        catch (KernelException)
        {
            return null;
        }
    }

    private SeccompProgram? Filter(Spec spec, ProcessSpec? process, bool exec)
    {
        if (spec.Linux.Seccomp is not { } seccomp || process is null)
        {
            return null;
        }

        KnownCalls.Check(seccomp, spec.Annotations);
        var program = _filters.Compile(seccomp);
        if (program.Notifies)
        {
            CheckListener(program, seccomp.ListenerPath);
        }

        if (exec && program.Notifies)
        {
            SeccompGuard.Check(program, ExecFilter.CallsAfterNotifying(process));
        }
        else if (!process.NoNewPrivileges)
        {
            SeccompGuard.Check(program, exec ? ExecFilter.CallsAfter(process) : IdentitySection.CallsAfterFilter);
        }

        return program;
    }

    // The agent is needed at start only, but one that is not there is better told at create.
    private void CheckListener(SeccompProgram program, string path)
    {
        SeccompGuard.CheckHandOver(program);
        if (Host.Paths.Look(path).Kind != PathKind.File)
        {
            throw new TaskException(ErrorKind.FailedPrecondition, ErrorReason.HostLacks,
                $"linux.seccomp.listenerPath: there is no socket at {path}; start the agent before its containers")
            {
                Field = "linux.seccomp.listenerPath",
            };
        }
    }
}
