using ShimService.Engine.Compile.Mounts;
using ShimService.Linux.Abi;
using ShimService.Linux.Errors;
using ShimService.Linux.Launch;
using ShimService.Oci.Model;

namespace ShimService.Engine.Compile.Sections;

/// <summary>
/// process.cwd, made where it is missing. Opened without magic links, so that /proc/self/fd cannot lead out
/// (CVE-2024-21626).
/// </summary>
internal static class CwdSection
{
    internal static void Append(PlanBuilder plan, ProcessSpec process)
    {
        var path = ContainerPath.Clean(process.Cwd);
        if (path == "/")
        {
            return;
        }

        Make(plan, path);
        Enter(plan, path);
    }

    internal static void Enter(PlanBuilder plan, string path)
    {
        const string step = "enter the working directory";
        var directory = plan.Call(step, Clauses.Process, SystemCall.Openat2, KernelValues.WorkingDirectory, path,
            PlanArgument.OpenHow(
                OpenFlags.Path | OpenFlags.Directory | OpenFlags.CloseOnExec, ResolveFlags.NoMagicLinks),
            PlanArgument.OpenHowSize);
        plan.Call(step, Clauses.Process, SystemCall.Fchdir, directory).On(path);
    }

    // After the change of root no component can lead out of it, so the prefixes go by path.
    private static void Make(PlanBuilder plan, string path)
    {
        for (var slash = path.IndexOf('/', 1); ; slash = path.IndexOf('/', slash + 1))
        {
            var prefix = slash < 0 ? path : path[..slash];
            plan.Call("make the working directory", Clauses.Process, SystemCall.Mkdirat, KernelValues.WorkingDirectory,
                prefix, 0x1ED).Tolerate(Errno.EEXIST, Errno.EROFS, Errno.EACCES, Errno.EPERM);
            if (slash < 0)
            {
                return;
            }
        }
    }
}
