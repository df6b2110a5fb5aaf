using ShimService.Engine.Launching;
using ShimService.Linux.Launch;

namespace ShimService.Engine.Tests.Support;

/// <summary>
/// Plans for processes on the host's own root: new pid, mount, uts and ipc namespaces and the cgroup.
/// </summary>
internal sealed class HandMadeCompiler : IPlanCompiler
{
    /// <summary>Added before the gate, to fail or to be slow.</summary>
    public Action<PlanBuilder>? BeforeGate { get; set; }

    /// <summary>Compiles instead of this one, while it is set.</summary>
    public IPlanCompiler? Instead { get; set; }

    public InitPlan CompileInit(InitRequest request)
    {
        if (Instead is not null)
        {
            return Instead.CompileInit(request);
        }

        var builder = new PlanBuilder();
        JoinCgroups(builder, request.CgroupTasks);
        builder.Call("start a session", "config.md#process", SystemCall.Setsid);
        BeforeGate?.Invoke(builder);
        var process = request.Spec.Process!;
        builder.CheckExecutable($"find {process.Args[0]}", "config.md#process", [process.Args[0]]);
        builder.Gate(LaunchNames.Start);
        builder.Execute($"execve {process.Args[0]}", "config.md#process", [process.Args[0]], process.Args, process.Env);
        return new InitPlan(builder.Build());
    }

    public ExecPlan CompileExec(ExecPlanRequest request)
    {
        if (Instead is not null)
        {
            return Instead.CompileExec(request);
        }

        var builder = new PlanBuilder();
        JoinCgroups(builder, request.CgroupTasks);
        var init = builder.Descriptor(LaunchNames.Init);
        builder.Call("join the container's namespaces", "exec", SystemCall.Setns, init, request.Joined);
        builder.HandOver("clone the process", "exec");
        builder.Execute($"execve {request.Process.Args[0]}", "exec", [request.Process.Args[0]], request.Process.Args,
            request.Process.Env);
        return new ExecPlan(builder.Build());
    }

    public LaunchPlan CompileHook(HookPlanRequest request) => Instead is not null
        ? Instead.CompileHook(request)
        : throw new NotSupportedException("plans made by hand have no hooks");

    private static void JoinCgroups(PlanBuilder builder, IReadOnlyList<string> hierarchies)
    {
        var zero = "0"u8.ToArray();
        foreach (var hierarchy in hierarchies)
        {
            var file = builder.Descriptor(LaunchNames.CgroupTasks(hierarchy));
            builder.Call($"join cgroup {hierarchy}", "config-linux.md#control-groups", SystemCall.Write, file, zero, 1);
        }
    }
}
