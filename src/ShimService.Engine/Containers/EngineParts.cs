using ShimService.Engine.Launching;
using ShimService.Engine.Reaping;
using ShimService.Engine.Statistics;
using ShimService.Engine.Stdio;
using ShimService.Linux.Cgroups;
using ShimService.Linux.Launch;

namespace ShimService.Engine.Containers;

/// <summary>What all containers of an engine share.</summary>
internal sealed record EngineParts(
    IPlanCompiler Compiler,
    Launcher Launcher,
    Reaper Reaper,
    CgroupHost Cgroups,
    OutOfMemoryNotices Memory,
    StdioService Stdio,
    EngineOptions Options);
