namespace ShimService.Oci.Build;

/// <summary>The hostname: the config's, or the container's id as far as the kernel has room for it.</summary>
internal static class HostnameSection
{
    private const string Field = "config.hostname";

    /// <summary>__NEW_UTS_LEN.</summary>
    private const int Longest = 64;

    internal static string Build(ContainerConfig config) => config.Hostname.Length > 0
        ? Checked(config.Hostname)
        : config.Id[..Math.Min(config.Id.Length, Longest)];

    internal static string RefuseWithHostUts(ContainerConfig config) =>
        config.Hostname.Length == 0
            ? ""
            : throw new SpecException(Field, "would change the host's: namespaces.uts is \"host\"");

    // The kernel takes any bytes; programs that read /etc/hosts, a prompt or a log line do not.
    private static string Checked(string hostname)
    {
        if (hostname.Length > Longest)
        {
            throw new SpecException(Field, $"is longer than {Longest} characters");
        }

        foreach (var letter in hostname)
        {
            if (!char.IsAsciiLetterOrDigit(letter) && letter is not ('-' or '.' or '_'))
            {
                throw new SpecException(
                    Field, $"holds '{(char.IsControl(letter) ? '?' : letter)}'; a name is letters, digits, '-', '_' and '.'");
            }
        }

        return hostname[0] is '-' or '.' || hostname[^1] is '-' or '.'
            ? throw new SpecException(Field, "begins or ends with '-' or '.'")
            : hostname;
    }
}
