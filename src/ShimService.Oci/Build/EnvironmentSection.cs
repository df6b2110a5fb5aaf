namespace ShimService.Oci.Build;

/// <summary>
/// PATH, HOSTNAME and with a terminal TERM; what linked containers bring; then the config's variables replace by name
/// or are appended.
/// </summary>
internal static class EnvironmentSection
{
    private const string DefaultPath = "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

    internal static List<string> Build(ContainerConfig config, string hostname)
    {
        var env = new List<string> { DefaultPath };
        if (hostname.Length > 0)
        {
            env.Add($"HOSTNAME={hostname}");
        }

        if (config.Terminal)
        {
            env.Add("TERM=xterm");
        }

        env.AddRange(config.LinkEnv);
        for (var i = 0; i < config.Env.Count; i++)
        {
            var entry = config.Env[i];
            var equals = entry.IndexOf('=', StringComparison.Ordinal);
            if (equals == 0 || entry.Length == 0)
            {
                throw new SpecException($"config.env[{i}]", "has no name");
            }

            var prefix = equals < 0 ? $"{entry}=" : entry[..(equals + 1)];
            var at = env.FindIndex(known => known.StartsWith(prefix, StringComparison.Ordinal));
            if (equals < 0)
            {
                if (at >= 0)
                {
                    env.RemoveAt(at);
                }
            }
            else if (at >= 0)
            {
                env[at] = entry;
            }
            else
            {
                env.Add(entry);
            }
        }

        return env;
    }
}
