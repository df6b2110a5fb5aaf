using ShimService.Engine.Compile;
using ShimService.Engine.Launching;
using ShimService.Linux;
using ShimService.Linux.Abi;
using ShimService.Linux.Launch;

namespace ShimService.Engine.Containers;

/// <summary>User namespaces that nobody is in: what a mount's mapping of ids is told by.</summary>
internal static class MappingNamespace
{
    /// <summary>Errors: LaunchException with the step, KernelException, TaskException (TimedOut).</summary>
    public static async Task<FileDescriptor> MakeAsync(EngineParts parts, MountIdMap map, CancellationToken abort)
    {
        // It lives as long as anything refers to it: the process that it was made with need not.
        var builder = new PlanBuilder();
        builder.Rendezvous(LaunchNames.UserNamespace);
        builder.Execute("end", Clauses.Mounts, ["/"], [], []);
        var plan = builder.Build();
        await using var helper = await HelperProcess.LaunchAsync(
            parts, plan, new LaunchOptions { Namespaces = NamespaceFlags.User });
        await helper.ReachAsync(LaunchNames.UserNamespace, abort);
        IdMaps.Write(helper.Process, new InitPlan(plan) { UidMap = map.UidMap, GidMap = map.GidMap });
        return Files.Open($"/proc/{helper.Process.Pid}/ns/user", OpenFlags.ReadOnly);
    }
}
