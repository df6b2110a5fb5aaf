using ShimService.Oci.Model;

namespace ShimService.Oci.Build;

/// <summary>
/// The limits of a running container, as Update takes them: no device rules, and nothing for what is not set.
/// Errors: <see cref="SpecException"/>.
/// </summary>
public static class LimitsBuilder
{
    public static LinuxResources Build(ResourcesConfig config, IBuildHost host) => ResourceSection.Limits(config, host);
}
