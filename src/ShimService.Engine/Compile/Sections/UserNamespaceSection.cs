using System.Globalization;
using System.Text;
using ShimService.Engine.Launching;
using ShimService.Linux.Launch;
using ShimService.Oci.Model;

namespace ShimService.Engine.Compile.Sections;

/// <summary>
/// A user namespace: waits for the engine to write what its root may not (of a new one the id maps), then becomes its
/// root.
/// </summary>
internal static class UserNamespaceSection
{
    internal static void Append(Compilation compilation)
    {
        if (!compilation.ForeignUserNamespace)
        {
            return;
        }

        // The first rendezvous. Without the ids below, every file made here would belong to nobody (EOVERFLOW).
        var plan = compilation.Plan;
        if (TimeSection.IsSet(compilation.Spec))
        {
            TimeSection.Make(compilation);
        }

        if (compilation.NewUserNamespace || TimeSection.IsSet(compilation.Spec)
            || compilation.Process.OomScoreAdj is not null)
        {
            plan.Rendezvous(LaunchNames.UserNamespace);
        }

        BecomeRoot(plan);
    }

    internal static void BecomeRoot(PlanBuilder plan)
    {
        plan.Call("become root of the user namespace", Clauses.UserMappings, SystemCall.Setresgid, 0, 0, 0);
        plan.Call("become root of the user namespace", Clauses.UserMappings, SystemCall.Setresuid, 0, 0, 0);
    }

    /// <summary>The text of uid_map or gid_map; null without a new user namespace.</summary>
    internal static string? Map(Compilation compilation, IReadOnlyList<LinuxIdMapping> mappings) =>
        compilation.NewUserNamespace ? Text(mappings) : null;

    internal static string Text(IReadOnlyList<LinuxIdMapping> mappings)
    {
        var text = new StringBuilder();
        foreach (var mapping in mappings)
        {
            text.Append(
                CultureInfo.InvariantCulture, $"{mapping.ContainerId} {mapping.HostId} {mapping.Size}\n");
        }

        return text.ToString();
    }
}
