using ShimService.Engine.Launching;
using ShimService.Linux.Abi;
using ShimService.Linux.Launch;
using ShimService.Oci.Model;

namespace ShimService.Engine.Compile.Sections;

/// <summary>
/// Joins the container's cgroup: on v1 by writing 0 to each tasks file; v2 has been joined by clone3.
/// </summary>
internal static class CgroupSection
{
    /// <summary>Names the tasks files before any other descriptor of the plan.</summary>
    internal static void Declare(Compilation compilation) =>
        compilation.TasksFiles = Declare(compilation.Plan, compilation.Input.Cgroup.TasksFiles);

    internal static PlanDescriptor[] Declare(PlanBuilder plan, IReadOnlyList<string> hierarchies)
    {
        var files = new PlanDescriptor[hierarchies.Count];
        for (var i = 0; i < files.Length; i++)
        {
            files[i] = plan.Descriptor(LaunchNames.CgroupTasks(hierarchies[i]));
        }

        return files;
    }

    internal static void Append(Compilation compilation)
    {
        Join(compilation.Plan, compilation.TasksFiles, compilation.Input.Cgroup.TasksFiles);

        // Afterwards, so that its root is the container's cgroup.
        if (compilation.IsNew(LinuxNamespaceKind.Cgroup))
        {
            compilation.Plan.Call(
                "enter a new cgroup namespace", Clauses.Namespaces, SystemCall.Unshare, NamespaceFlags.Cgroup);
        }
    }

    internal static void Join(PlanBuilder plan, PlanDescriptor[] files, IReadOnlyList<string> hierarchies)
    {
        for (var i = 0; i < files.Length; i++)
        {
            plan.Call($"join cgroup {hierarchies[i]}", Clauses.Cgroups, SystemCall.Write, files[i], "0"u8.ToArray(), 1);
        }
    }
}
