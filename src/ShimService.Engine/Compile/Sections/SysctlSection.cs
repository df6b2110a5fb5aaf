using ShimService.Oci.Model;

namespace ShimService.Engine.Compile.Sections;

/// <summary>
/// linux.sysctl. The host's /proc/sys shows the writer's own namespaces, so it is the one no container can fake.
/// </summary>
internal static class SysctlSection
{
    internal static void Append(Compilation compilation)
    {
        foreach (var (name, value) in compilation.Spec.Linux.Sysctl)
        {
            WriteFile.Append(compilation.Plan, $"set sysctl {name}", Clauses.Sysctl,
                $"/proc/sys/{SysctlName.ToPath(name)}", value,
                "no such sysctl, or the kernel does not take this value");
        }
    }
}
