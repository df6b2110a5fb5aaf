namespace ShimService.Oci.Build;

/// <summary>
/// The command: entrypoint and arguments, with an init in front when that is asked for. Only in a pid namespace of its
/// own: nowhere else would it get the orphans that it is to reap.
/// </summary>
internal static class InitSection
{
    /// <summary>Where a Docker user looks for it.</summary>
    internal const string Place = "/sbin/docker-init";

    internal static IReadOnlyList<string> Args(ContainerConfig config)
    {
        IReadOnlyList<string> args = config.Entrypoint.Count == 0
            ? config.Args
            : [.. config.Entrypoint, .. config.Args];
        if (args.Count == 0)
        {
            throw new SpecException("config.args", "needs at least one entry");
        }

        if (!config.Init || !NamespaceMode.Parse(config.Namespaces.Pid, "pid").IsNew)
        {
            return args;
        }

        if (config.InitProgram.Length == 0)
        {
            throw new SpecException("config.init", "has no program on this machine", SpecProblem.Unsupported);
        }

        return [Place, "--", .. args];
    }
}
