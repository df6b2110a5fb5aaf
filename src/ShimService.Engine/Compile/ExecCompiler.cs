using ShimService.Engine.Compile.Input;
using ShimService.Engine.Compile.Mounts;
using ShimService.Engine.Compile.Sections;
using ShimService.Engine.Launching;
using ShimService.Linux.Abi;
using ShimService.Linux.Launch;
using ShimService.Oci;
using ShimService.Oci.Model;

namespace ShimService.Engine.Compile;

/// <summary>
/// Process to plan, for one more process in a container that runs. Nothing in the container is trusted: it is entered
/// with one setns, and everything after it is looked up without magic links. Pure. Errors: <see cref="SpecException"/>.
/// </summary>
internal static class ExecCompiler
{
    internal static ExecPlan Compile(ExecInput input)
    {
        var plan = new PlanBuilder();
        var process = input.Process;
        var foreign = (input.Joined & NamespaceFlags.User) != 0;
        var host = input.Host.For(foreign ? UserNamespaceKind.Foreign : UserNamespaceKind.Own);
        var tasks = CgroupSection.Declare(plan, input.TasksFiles);
        var init = plan.Descriptor(LaunchNames.Init);
        SessionSection.Append(plan);
        CgroupSection.Join(plan, tasks, input.TasksFiles);
        if (process.OomScoreAdj is { } score)
        {
            OomScoreSection.Append(plan, score);
        }

        plan.Call("join the container's namespaces", Clauses.Namespaces, SystemCall.Setns, init, input.Joined);
        if (foreign)
        {
            UserNamespaceSection.BecomeRoot(plan);
        }

        var master = AppendTerminal(plan, process);
        StdioSection.AppendExec(plan, process, input.NullStreams);
        CwdSection.Enter(plan, ContainerPath.Clean(process.Cwd));
        RlimitSection.Append(plan, process);
        IdentitySection.Append(plan, process, host, input.Seccomp is not null);
        var program = new Program(process, input.Home);
        program.AppendCheck(plan);
        if (master is not null)
        {
            plan.Rendezvous(LaunchNames.Terminal);
        }

        program.AppendExecute(plan, IdentitySection.AfterGate(process, host, input.Seccomp));
        var built = plan.Build();
        return new ExecPlan(built) { TerminalMaster = master is { } kept ? built.NumberOf(kept) : null };
    }

    // A container may have put anything at /dev/pts/ptmx. What is no terminal fails at the first ioctl, and whoever
    // fetches the master checks that it is one (character device 5:2) before using it.
    private static PlanResult? AppendTerminal(PlanBuilder plan, ProcessSpec process)
    {
        if (!process.Terminal)
        {
            return null;
        }

        var master = plan.Call("open the terminal", Clauses.Console, SystemCall.Openat2, KernelValues.WorkingDirectory,
            "/dev/pts/ptmx",
            PlanArgument.OpenHow(
                OpenFlags.ReadWrite | OpenFlags.NoControllingTerminal | OpenFlags.NonBlocking | OpenFlags.CloseOnExec,
                ResolveFlags.NoSymlinks),
            PlanArgument.OpenHowSize).Keep();
        TerminalSection.Adopt(plan, TerminalSection.Peer(plan, process, master));
        return master;
    }
}
