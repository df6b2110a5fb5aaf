using System.Globalization;

namespace ShimService.Daemon.Host;

/// <summary>
/// Who this process is to the kernel (man 5 proc_pid_status, Uid: real, effective, saved, file system).
/// </summary>
internal static class ProcessIdentity
{
    public static uint EffectiveUid { get; } = Parse(HostFacts.TryReadText("/proc/self/status"));

    internal static uint Parse(string status)
    {
        var line = status.Split('\n').FirstOrDefault(line => line.StartsWith("Uid:", StringComparison.Ordinal)) ?? "";
        var fields = line.Split('\t', StringSplitOptions.RemoveEmptyEntries);
        return fields.Length > 2 && uint.TryParse(fields[2], CultureInfo.InvariantCulture, out var uid)
            ? uid
            : throw new DaemonException("/proc/self/status does not tell the effective uid: is /proc mounted?");
    }
}
