using ShimService.Oci.Model;

namespace ShimService.Oci.Validation;

/// <summary>
/// What may be mounted on and below /proc: a container that can put its own files there makes others, and whoever
/// enters it, read and write what it likes (CVE-2019-16884, CVE-2025-52881). As runc has it: below /proc only the files
/// that lxcfs serves, and on /proc only a proc.
/// </summary>
internal static class ProcRules
{
    private static readonly string[] Allowed =
    [
        "/proc/cpuinfo", "/proc/diskstats", "/proc/meminfo", "/proc/stat", "/proc/swaps", "/proc/uptime",
        "/proc/loadavg", "/proc/slabinfo", "/proc/sys/kernel/ns_last_pid", "/proc/sys/crypto/fips_enabled",
    ];

    internal static void Check(MountSpec mount, string field)
    {
        var path = Clean(mount.Destination);
        if (path == "/proc")
        {
            var bind = mount.Options.Contains("bind") || mount.Options.Contains("rbind");
            if (bind ? Clean(mount.Source) != "/proc" : mount.Type != "proc")
            {
                throw new SpecException($"{field}.destination", "on /proc only a proc can be mounted");
            }
        }
        else if (path.StartsWith("/proc/", StringComparison.Ordinal) && Array.IndexOf(Allowed, path) < 0)
        {
            throw new SpecException($"{field}.destination", $"nothing may be mounted on {path}, which is below /proc");
        }
    }

    private static string Clean(string path)
    {
        var parts = new List<string>();
        foreach (var part in path.Split('/', StringSplitOptions.RemoveEmptyEntries))
        {
            if (part == "..")
            {
                parts.RemoveRange(Math.Max(parts.Count - 1, 0), Math.Min(parts.Count, 1));
            }
            else if (part != ".")
            {
                parts.Add(part);
            }
        }

        return "/" + string.Join('/', parts);
    }
}
