using ShimService.Linux.Launch;
using ShimService.Oci;
using ShimService.Tasks.Errors;

namespace ShimService.Engine.Launching;

/// <summary>
/// Spec to plan. Implemented by Engine/Compile; tests launch hand-made plans through it. Reads the host, changes
/// nothing. Any thread. Errors: <see cref="SpecException"/> and <see cref="TaskException"/>, with
/// the field.
/// </summary>
public interface IPlanCompiler
{
    InitPlan CompileInit(InitRequest request);

    ExecPlan CompileExec(ExecPlanRequest request);

    /// <summary>A hook that runs in the container's namespaces: handed over by a helper, without a gate.</summary>
    LaunchPlan CompileHook(HookPlanRequest request);
}
