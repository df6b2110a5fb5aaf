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
/// <remarks>
/// All that needs power or a descriptor is done by a helper in the shim's own pid namespace, which no process of the
/// container can see. What it hands over to has the container's namespaces and cgroups, the process's credentials and
/// limits, and its three streams, from its birth on; only what a process must do itself is left.
/// </remarks>
internal static class ExecCompiler
{
    internal static ExecPlan Compile(ExecInput input)
    {
        var plan = new PlanBuilder();
        var process = input.Process;
        var foreign = (input.Joined & NamespaceFlags.User) != 0;
        var host = input.Host.For(foreign ? UserNamespaceKind.Foreign : UserNamespaceKind.Own);
        StdioSection.DeclarePreserved(plan, input.Preserved);
        var tasks = CgroupSection.Declare(plan, input.TasksFiles);
        var init = plan.Descriptor(LaunchNames.Init);
        AffinitySection.Set(plan, "run on the initial CPUs", process.ExecCpuAffinity?.Initial ?? "");
        CgroupSection.Join(plan, tasks, input.TasksFiles);
        AffinitySection.Set(plan, "run on the final CPUs", process.ExecCpuAffinity?.Final ?? "");
        if (process.ExecCpuAffinity is null && host.ShimIsConfined)
        {
            AffinitySection.Reset(plan);
        }

        if (process.OomScoreAdj is { } score)
        {
            OomScoreSection.Append(plan, score);
        }

        SecurityLabelSection.Append(plan, process, host, input.Keyring);
        NamespaceSection.Enter(plan, init, input.InitPid, input.Joined);
        KeyringSection.Join(plan, input.Keyring);
        var master = AppendTerminal(plan, process);
        StdioSection.AppendExec(plan, process, input.NullStreams);
        CwdSection.Enter(plan, ContainerPath.Clean(process.Cwd));
        var filtering = ExecFilter.Of(process, input.Seccomp);
        RlimitSection.AppendHelper(plan, process, filtering.LimitsByHelper);
        PrioritySection.Append(plan, process, input.Linux);
        SchedulerSection.AppendHelper(plan, process);
        var kept = SchedulerSection.Kept(process);
        IdentitySection.Append(plan, process, host, input.Seccomp is not null, kept);
        var program = new Program(process, input.Home);
        program = input.Hook is { } hook ? program.With(hook) : program;
        program.AppendCheck(plan);
        if (master is not null)
        {
            plan.Rendezvous(LaunchNames.Terminal);
        }

        var filter = IdentitySection.AfterGate(process, host, input.Seccomp, kept);
        var last = filtering.ByHelper ? filter : null;
        if (input.Seccomp is { Notifies: true })
        {
            last?.Invoke(plan);
            last = null;
        }

        plan.HandOver("clone the process", Clauses.Namespaces, last, input.Preserved);
        SessionSection.Start(plan);
        if (process.Terminal)
        {
            TerminalSection.Control(plan, PlanDescriptor.Stdin);
        }

        SchedulerSection.AppendProcess(plan, process);
        if (kept != 0)
        {
            IdentitySection.Drop(plan, process, host);
        }

        RlimitSection.AppendProcess(plan, process, filtering.LimitsByHelper);
        program.AppendExecute(plan, filtering.ByHelper ? null : filter);
        var built = plan.Build();
        return new ExecPlan(built) { TerminalMaster = master is { } opened ? built.NumberOf(opened) : null };
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
        TerminalSection.Place(plan, TerminalSection.Peer(plan, process, master));
        return master;
    }
}
