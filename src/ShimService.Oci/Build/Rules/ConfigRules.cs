namespace ShimService.Oci.Build.Rules;

/// <summary>
/// Docker's rules for a container's configuration: what contradicts itself is an error, what this host cannot do is
/// dropped with a warning or, where a container would be weaker for it, an error. Applying them twice changes nothing.
/// </summary>
public static class ConfigRules
{
    /// <summary>
    /// The config with what was dropped or completed. Errors: <see cref="SpecException"/> with the field.
    /// </summary>
    public static ContainerConfig Apply(ContainerConfig config, HostAbilities host, List<string> warnings)
    {
        TextRules.Check(config);
        if (config.ShmSizeBytes < 0)
        {
            throw new SpecException("config.shm_size_bytes", "must not be negative");
        }

        config = ModeRules.Apply(config, warnings);
        return config with
        {
            Cwd = TextRules.Cwd(config.Cwd),
            Resources = ResourceRules.Apply(config.Resources, host, warnings),
            Security = SecurityRules.Apply(config, host, warnings),
        };
    }
}
