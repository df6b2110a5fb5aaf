using ShimService.Oci.Model;

namespace ShimService.Oci.Build;

/// <summary>The process: user, environment, working directory and limits.</summary>
internal static class ProcessSection
{
    private const uint DefaultUmask = 18; // 0022: what images are built for.

    internal static ProcessSpec Build(
        ContainerConfig config, string hostname, LinuxCapabilities capabilities, IBuildHost host, IImageFiles image)
    {
        return new ProcessSpec
        {
            Terminal = config.Terminal,
            ConsoleSize = config.Terminal ? config.ConsoleSize : null,
            Cwd = config.Cwd.Length == 0 ? "/" : config.Cwd,
            Args = InitSection.Args(config),
            Env = EnvironmentSection.Build(config, hostname),
            User = UserSection.Build(config, image) with { Umask = config.Umask ?? DefaultUmask },
            Capabilities = capabilities,
            ApparmorProfile = config.Security.AppArmor == "unconfined" ? "" : config.Security.AppArmor,
            SelinuxLabel = LabelSection.Process(config.Security.Labels),
            NoNewPrivileges = config.Security.NoNewPrivileges,
            Rlimits = RlimitSection.Build(config.Rlimits),
            // A container must not inherit the protection that a service manager gives the daemon. Raising the value
            // back to 0 needs no privilege; lowering it would, so a higher inherited one stays.
            OomScoreAdj = config.OomScoreAdj ?? (host.OomScoreAdj < 0 ? 0 : null),
        };
    }
}
