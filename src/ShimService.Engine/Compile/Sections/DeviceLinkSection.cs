using ShimService.Engine.Compile.Input;
using ShimService.Linux.Errors;
using ShimService.Linux.Launch;

namespace ShimService.Engine.Compile.Sections;

/// <summary>The links of /dev, and /dev/ptmx to the container's own pseudo terminals.</summary>
internal static class DeviceLinkSection
{
    internal static void Append(Compilation compilation)
    {
        if (compilation.Tree.DevIsBound)
        {
            return;
        }

        Link(compilation, "/dev/fd", "/proc/self/fd");
        Link(compilation, "/dev/stdin", "/proc/self/fd/0");
        Link(compilation, "/dev/stdout", "/proc/self/fd/1");
        Link(compilation, "/dev/stderr", "/proc/self/fd/2");
        if (compilation.Input.Host.Paths.Look("/proc/kcore").Kind == PathKind.File)
        {
            Link(compilation, "/dev/core", "/proc/kcore");
        }

        Link(compilation, "/dev/ptmx", "pts/ptmx");
    }

    private static void Link(Compilation compilation, string path, string to)
    {
        var step = $"link {path}";
        var plan = compilation.Plan;
        var place = compilation.Tree.Place(step, Clauses.DevLinks, path);
        if (!compilation.Tree.IsOurs(path))
        {
            // What an image holds there would otherwise stay; a read-only one keeps its own.
            plan.Call(step, Clauses.DevLinks, SystemCall.Unlinkat, place.Directory, place.Name, 0)
                .Tolerate(Errno.ENOENT, Errno.EROFS, Errno.EISDIR);
        }

        var link = plan.Call(step, Clauses.DevLinks, SystemCall.Symlinkat, to, place.Directory, place.Name).On(path);
        if (!compilation.Tree.IsOurs(path))
        {
            link.Tolerate(Errno.EEXIST, Errno.EROFS);
        }
    }
}
