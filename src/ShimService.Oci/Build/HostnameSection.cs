namespace ShimService.Oci.Build;

/// <summary>
/// The hostname: the config's, that of the container whose network is joined, or the id as far as the kernel has room.
/// </summary>
public static class HostnameSection
{
    private const string Field = "config.hostname";

    /// <summary>__NEW_UTS_LEN.</summary>
    private const int Longest = 64;

    /// <summary>Errors: <see cref="SpecException"/> with the field.</summary>
    public static string Build(ContainerConfig config) => config.Hostname.Length > 0
        ? Checked(config.Hostname)
        : config.DonorOfNetwork is { Hostname.Length: > 0 } donor
            ? donor.Hostname
            : config.Id[..Math.Min(config.Id.Length, Longest)];

    internal static string RefuseWithHostUts(ContainerConfig config) =>
        config.Hostname.Length == 0
            ? ""
            : throw new SpecException(Field, "would change the host's: namespaces.uts is \"host\"");

    /// <summary>Whether a container can have it as its name; a host may well be called "(none)".</summary>
    public static bool IsValid(string hostname) => hostname.Length > 0 && Fault(hostname) is null;

    private static string Checked(string hostname) =>
        Fault(hostname) is { } fault ? throw new SpecException(Field, fault) : hostname;

    // The kernel takes any bytes; programs that read /etc/hosts, a prompt or a log line do not.
    private static string? Fault(string hostname)
    {
        if (hostname.Length > Longest)
        {
            return $"is longer than {Longest} characters";
        }

        foreach (var letter in hostname)
        {
            if (!char.IsAsciiLetterOrDigit(letter) && letter is not ('-' or '.' or '_'))
            {
                return $"holds '{(char.IsControl(letter) ? '?' : letter)}'; a name is letters, digits, '-', '_' and '.'";
            }
        }

        return hostname[0] is '-' or '.' || hostname[^1] is '-' or '.' ? "begins or ends with '-' or '.'" : null;
    }
}
