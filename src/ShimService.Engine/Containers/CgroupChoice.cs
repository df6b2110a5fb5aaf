using ShimService.Engine.Compile.Input;
using ShimService.Engine.Resources;
using ShimService.Engine.Systemd;
using ShimService.Linux.Cgroups;
using ShimService.Oci;
using ShimService.Oci.Model;
using ShimService.Tasks.Ports;

namespace ShimService.Engine.Containers;

/// <summary>
/// Where a container's cgroup is going to be. Known before it is made, so that compiling need not wait for it.
/// </summary>
/// <param name="Path">From the spec, else named after the container.</param>
/// <param name="Needed">The controllers it takes.</param>
/// <param name="TasksFiles">Names of the v1 hierarchies, in the order a process joins them.</param>
/// <param name="Sources">Its directories, as a mount of type "cgroup" shows them.</param>
internal sealed record CgroupChoice(
    CgroupPath Path,
    CgroupControllers Needed,
    IReadOnlyList<string> TasksFiles,
    IReadOnlyList<CgroupMountSource> Sources)
{
    /// <summary>The unit in which systemd makes it; null = it is made here.</summary>
    public ScopeName? Scope { get; init; }

    /// <summary>Errors: SpecException for a linux.cgroupsPath that is none.</summary>
    public static CgroupChoice Of(CgroupHost host, Spec spec, string id, CgroupDriver driver)
    {
        var given = spec.Linux.CgroupsPath;
        ScopeName? scope = null;
        if (driver == CgroupDriver.Systemd || ScopeName.IsOne(given))
        {
            var wrong = "";
            scope = given.Length == 0 ? ScopeName.ForContainer(id) : ScopeName.TryParse(given, out wrong);
            given = scope?.CgroupPath ?? throw new SpecException("linux.cgroupsPath", wrong);
        }

        var path = CgroupPath.ForContainer(id);
        if (given.Length > 0 && !CgroupPath.TryParse(given, out path, out var problem))
        {
            throw new SpecException("linux.cgroupsPath", problem);
        }

        var needed = CgroupControllers.Standard | ContainerLimits.Needed(spec.Linux.Resources);
        var used = host.Used(needed);
        var tasks = new List<string>(used.Count);
        var sources = new List<CgroupMountSource>(used.Count);
        foreach (var hierarchy in used)
        {
            if (hierarchy.Version == CgroupVersion.V1)
            {
                tasks.Add(hierarchy.Name);
            }

            sources.Add(new CgroupMountSource(hierarchy.Name, hierarchy.MountPoint + path.Value));
        }

        return new CgroupChoice(path, needed, tasks, sources) { Scope = scope };
    }
}
