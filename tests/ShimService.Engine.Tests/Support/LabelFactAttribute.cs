using ShimService.Engine.Compile.Host;
using ShimService.Engine.Compile.Input;
using ShimService.Engine.Tests.Compile;
using ShimService.Oci.Model;

namespace ShimService.Engine.Tests.Support;

/// <summary>Needs a kernel with the security module at work; skipped with the reason elsewhere.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class LabelFactAttribute : FactAttribute
{
    public LabelFactAttribute(SecurityModules needed, string program = "")
    {
        Skip = Missing(needed);
        if (Skip is null && program.Length > 0 && !File.Exists(program))
        {
            Skip = $"needs {program}";
        }
    }

    /// <summary>The reason to leave a test out; null = there is none.</summary>
    internal static string? Missing(SecurityModules needed) =>
        IsAtWork(needed) ? null : $"needs {(needed == SecurityModules.AppArmor ? "AppArmor" : "SELinux")} at work";

    internal static bool IsAtWork(SecurityModules module) => (SecurityReader.Now(
        Samples.Host, Samples.Plain.Spec.Process! with { SelinuxLabel = "a" }, new LinuxSpec()).Security & module) != 0;
}
