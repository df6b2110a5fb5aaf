using ShimService.Engine.Compile;
using ShimService.Engine.Containers;
using ShimService.Engine.Runtimes;
using ShimService.Engine.Stdio;
using ShimService.Shim.CommandLine;
using ShimService.Shim.Serve;

namespace ShimService.Shim;

/// <summary>Puts the engines together.</summary>
internal static class EngineFactory
{
    /// <summary>Errors: KernelException when the host lacks what no container can do without.</summary>
    public static NamedEngines Create(ShimLog log, string @namespace) => new(
        LinuxEngine.Open(
            new PlanCompiler(),
            new StdioOptions { OnWarning = log.Info, Namespace = @namespace },
            new EngineOptions { OnWarning = log.Info }),
        ShimEnvironment.IsShimd ? Directory.GetCurrentDirectory() : null);
}
