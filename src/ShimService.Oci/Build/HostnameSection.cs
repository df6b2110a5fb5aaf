namespace ShimService.Oci.Build;

/// <summary>The hostname: the config's, or the container's id as far as the kernel has room for it.</summary>
internal static class HostnameSection
{
    private const int Longest = 64;

    internal static string Build(ContainerConfig config) =>
        config.Hostname.Length > 0 ? config.Hostname : config.Id[..Math.Min(config.Id.Length, Longest)];

    internal static string RefuseWithHostUts(ContainerConfig config) =>
        config.Hostname.Length == 0
            ? ""
            : throw new SpecException("config.hostname", "would change the host's: namespaces.uts is \"host\"");
}
