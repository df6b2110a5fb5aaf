using ShimService.Engine.Compile.Input;
using ShimService.Engine.Compile.Sections;
using ShimService.Engine.Launching;
using ShimService.Linux.Errors;
using ShimService.Linux.Launch;
using ShimService.Oci.Model;

namespace ShimService.Engine.Compile;

/// <summary>
/// Hook to plan, for the hooks of the container's namespaces. One that runs before start is an exec with another
/// program: user, capabilities, limits, filter and all. One that runs during create has root's power in the namespaces,
/// and the host's files, since the container's root is not yet the root: its path is resolved there. Pure.
/// </summary>
internal static class HookCompiler
{
    internal static LaunchPlan Compile(HookPlanRequest request, ExecInput container) =>
        request.Kind == HookKind.StartContainer
            ? ExecCompiler.Compile(container with { Hook = request.Hook }).Plan
            : DuringCreate(request);

    private static LaunchPlan DuringCreate(HookPlanRequest request)
    {
        var plan = new PlanBuilder();
        var tasks = CgroupSection.Declare(plan, request.CgroupTasks);
        var init = plan.Descriptor(LaunchNames.Init);
        CgroupSection.Join(plan, tasks, request.CgroupTasks);
        if (request.Container.Process is { OomScoreAdj: { } score })
        {
            OomScoreSection.Append(plan, score);
        }

        NamespaceSection.Enter(plan, init, request.InitPid, request.Joined);
        KeyringSection.Join(plan, request.Keyring);
        // A bundle that root of a user namespace may not enter is no reason to fail: the hook has its path.
        plan.Call("enter the bundle", Clauses.Hooks, SystemCall.Chdir, request.Bundle).Tolerate(Errno.EACCES);
        var program = Program.Of(request.Hook, []);
        plan.HandOver("clone the hook", Clauses.Hooks);
        SessionSection.Start(plan);
        program.AppendExecute(plan, null);
        return plan.Build();
    }
}
