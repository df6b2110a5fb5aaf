using ShimService.Engine.Launching;
using ShimService.Linux.Launch;

namespace ShimService.Engine.Tests.Failpoints;

/// <summary>Plans as the engine makes them, one operation of which fails.</summary>
internal sealed class FailpointCompiler(IPlanCompiler real) : IPlanCompiler
{
    /// <summary>The operation of the init's plan that fails; null = none.</summary>
    public int? Init { get; set; }

    /// <summary>The operation of an exec's plan that fails; null = none.</summary>
    public int? Exec { get; set; }

    /// <summary>The plan that was last made, before one of its operations was made to fail.</summary>
    public LaunchPlan Last { get; private set; } = null!;

    public InitPlan CompileInit(InitRequest request)
    {
        var init = real.CompileInit(request);
        Last = init.Plan;
        return Init is { } at ? init with { Plan = Failpoint.At(init.Plan, at) } : init;
    }

    public ExecPlan CompileExec(ExecPlanRequest request)
    {
        var exec = real.CompileExec(request);
        Last = exec.Plan;
        return Exec is { } at ? exec with { Plan = Failpoint.At(exec.Plan, at) } : exec;
    }

    public LaunchPlan CompileHook(HookPlanRequest request) => real.CompileHook(request);
}
