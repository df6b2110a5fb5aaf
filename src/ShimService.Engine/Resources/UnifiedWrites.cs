using ShimService.Linux.Cgroups;

namespace ShimService.Engine.Resources;

/// <summary>
/// linux.resources.unified: files of cgroup v2 with their values as they are, after everything else, so that they
/// overrule it. Source: OCI runtime-spec 1.3.0 config-linux.md#unified.
/// </summary>
internal static class UnifiedWrites
{
    public static void Add(List<CgroupWrite> writes, IReadOnlyDictionary<string, string> unified, CgroupLayout layout)
    {
        foreach ((string file, string value) in unified)
        {
            string field = $"unified[{file}]";
            CgroupControllers controller = Controller(file);
            CheckHost(layout, file, field, controller);
            foreach (string line in value.Split('\n', StringSplitOptions.RemoveEmptyEntries))
            {
                writes.Add(new CgroupWrite(controller, file, line, field) { IsUnified = true });
            }
        }
    }

    /// <summary>What the files' controllers are; none for those every cgroup has (cgroup.max.depth).</summary>
    public static CgroupControllers Needed(IReadOnlyDictionary<string, string> unified)
    {
        CgroupControllers needed = CgroupControllers.None;
        foreach (string file in unified.Keys)
        {
            needed |= Controller(file);
        }

        return needed;
    }

    private static CgroupControllers Controller(string file) =>
        CgroupControllerNames.FindUnified(file.AsSpan(0, file.IndexOf('.', StringComparison.Ordinal)));

    private static void CheckHost(CgroupLayout layout, string file, string field, CgroupControllers controller)
    {
        if (layout.Unified is not { } unified)
        {
            throw ResourceRefusal.HostLacks(field, "this host has no cgroup v2; use the properties of memory, cpu, …");
        }

        if (controller != CgroupControllers.None && (unified.Controllers & controller) == 0)
        {
            throw ResourceRefusal.HostLacks(field, layout.Find(controller) is null
                ? $"this host has no {controller} controller"
                : $"this host has the {controller} controller on cgroup v1; use the properties of memory, cpu, … instead of {file}");
        }
    }
}
