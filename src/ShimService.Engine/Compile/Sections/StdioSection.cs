using ShimService.Engine.Compile.Input;
using ShimService.Linux.Abi;
using ShimService.Linux.Errors;
using ShimService.Linux.Launch;
using ShimService.Oci.Model;

namespace ShimService.Engine.Compile.Sections;

/// <summary>
/// The host's /dev/null never goes in, since a process inside could change its mode, and a terminal belongs to the
/// process's user. The owner of pipes and files is set where they are made.
/// </summary>
internal static class StdioSection
{
    /// <summary>What the program has from 3 on: named before any other descriptor, so that they are there.</summary>
    internal static void DeclarePreserved(PlanBuilder plan, int count)
    {
        for (var i = 0; i < count; i++)
        {
            plan.Descriptor($"preserved {i + 1}");
        }
    }

    internal static void Append(Compilation compilation)
    {
        var streams = compilation.Input.NullStreams;
        if (compilation.Process.Terminal)
        {
            GiveTerminal(compilation.Plan, compilation.Process.User);
        }
        else if (streams != StdioStreams.None && compilation.Tree.IsOurs("/dev/null"))
        {
            const string step = "open the container's /dev/null";
            var node = compilation.Tree.Existing(step, Clauses.Process, "/dev/null").Open(
                compilation.Plan, step, Clauses.Process, OpenFlags.ReadWrite | OpenFlags.CloseOnExec, "/dev/null");
            Place(compilation.Plan, node, streams);
        }
    }

    /// <summary>The same for an exec, whose container may have put anything at /dev/null, or nothing.</summary>
    internal static void AppendExec(PlanBuilder plan, ProcessSpec process, StdioStreams streams)
    {
        if (process.Terminal)
        {
            GiveTerminal(plan, process.User);
        }
        else if (streams != StdioStreams.None)
        {
            const OpenFlags flags = OpenFlags.ReadWrite | OpenFlags.NoControllingTerminal | OpenFlags.CloseOnExec;
            var node = plan.Call("open the container's /dev/null", Clauses.Process, SystemCall.Openat2,
                    KernelValues.WorkingDirectory, "/dev/null",
                    PlanArgument.OpenHow(flags, ResolveFlags.NoSymlinks), PlanArgument.OpenHowSize)
                .Tolerate(Errno.ENOENT, Errno.ELOOP, Errno.ENXIO, Errno.EACCES, Errno.EISDIR, Errno.ENOTDIR);
            Place(plan, node, streams);
        }
    }

    private static void Place(PlanBuilder plan, PlanResult node, StdioStreams streams)
    {
        for (var stream = 0; stream < 3; stream++)
        {
            if (((int)streams & (1 << stream)) != 0)
            {
                plan.Call("put /dev/null at stdio", Clauses.Process, SystemCall.Dup3, node, stream, 0)
                    .Tolerate(Errno.EBADF);
            }
        }
    }

    private static void GiveTerminal(PlanBuilder plan, UserSpec user)
    {
        const long stdin = 0, groupUnchanged = -1;
        if (user.Uid != 0)
        {
            plan.Call(
                "give the terminal to the user", Clauses.User, SystemCall.Fchown, stdin, user.Uid, groupUnchanged);
        }
    }
}
