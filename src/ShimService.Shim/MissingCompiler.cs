using ShimService.Engine.Launching;
using ShimService.Tasks.Errors;

namespace ShimService.Shim;

/// <summary>Until the engine has a compiler from spec to plan: every create says so.</summary>
internal sealed class MissingCompiler : IPlanCompiler
{
    public InitPlan CompileInit(InitRequest request) => throw Missing();

    public ExecPlan CompileExec(ExecPlanRequest request) => throw Missing();

    private static TaskException Missing() => new(
        ErrorKind.Unimplemented, ErrorReason.HostLacks, "this build has no compiler from config.json to a launch plan");
}
