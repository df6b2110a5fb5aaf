using ShimService.Engine.Containers;
using ShimService.Linux.Cgroups;
using ShimService.Oci.Model;
using ShimService.Tasks.Ports;

namespace ShimService.Engine.Runtimes;

/// <summary>The cgroup a runtime has put a container into.</summary>
internal static class RuntimeCgroup
{
    /// <summary>
    /// Where the init is; of one that has died, where the spec wants it. Null when that is no cgroup of its own, but one
    /// this process lives in too: to signal that would be our end. Errors: SpecException, KernelException.
    /// </summary>
    public static Cgroup? Find(CgroupHost host, int init, Spec spec, ContainerRequest request)
    {
        var path = ProcessCgroup.Read(init) ?? Wanted(host, spec, request);
        return HoldsUs(path) ? null : host.Find(path);
    }

    /// <summary>Errors: SpecException for a linux.cgroupsPath that is none.</summary>
    public static CgroupPath Wanted(CgroupHost host, Spec spec, ContainerRequest request) =>
        CgroupChoice.Of(host, spec, request.Id.Value, request.Cgroups).Path;

    private static bool HoldsUs(CgroupPath path) =>
        ProcessCgroup.Read(Environment.ProcessId) is { } own
        && (own == path || own.Value.StartsWith(path.Value + "/", StringComparison.Ordinal));
}
