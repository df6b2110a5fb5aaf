using ShimService.Oci.Build.Rules;
using ShimService.Oci.Model;

namespace ShimService.Oci.Build;

/// <summary>
/// The limits of a running container, as Update takes them: no device rules, and nothing for what is not set.
/// Errors: <see cref="SpecException"/>.
/// </summary>
public static class LimitsBuilder
{
    /// <param name="current">What the container was made with; null when nobody remembers.</param>
    /// <param name="warnings">What was dropped is added here.</param>
    public static LinuxResources Build(
        ResourcesConfig? current, ResourcesConfig change, IBuildHost host, List<string> warnings) =>
        ResourceSection.Limits(UpdateRules.Apply(current, change, host.Abilities, warnings), host);
}
