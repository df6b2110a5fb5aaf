using ShimService.Engine.Compile;
using ShimService.Engine.Containers;
using ShimService.Engine.Stdio;
using ShimService.Shim.Serve;

namespace ShimService.Shim;

/// <summary>Puts the Linux engine together.</summary>
internal static class EngineFactory
{
    /// <summary>Errors: KernelException when the host lacks what no container can do without.</summary>
    public static LinuxEngine Create(ShimLog log, string @namespace) => LinuxEngine.Open(
        new PlanCompiler(),
        new StdioOptions { OnWarning = log.Info, Namespace = @namespace },
        new EngineOptions { OnWarning = log.Info });
}
