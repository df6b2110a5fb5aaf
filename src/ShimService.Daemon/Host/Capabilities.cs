using System.Globalization;

namespace ShimService.Daemon.Host;

/// <summary>The capabilities of this process. Numbers: include/uapi/linux/capability.h.</summary>
internal static class Capabilities
{
    public const int SysAdmin = 21;
    public const int SysResource = 24;

    private const string BoundingField = "CapBnd:";

    /// <summary>One bit per capability (man 5 proc_pid_status, CapBnd); none set when it cannot be read.</summary>
    public static ulong ReadBounding() => Parse(HostFacts.TryReadText("/proc/self/status"));

    public static ulong Parse(string status)
    {
        var start = status.IndexOf(BoundingField, StringComparison.Ordinal);
        var line = start < 0 ? "" : status[(start + BoundingField.Length)..].Split('\n')[0].Trim();
        return ulong.TryParse(line, NumberStyles.HexNumber, CultureInfo.InvariantCulture, out var bits) ? bits : 0;
    }

    public static bool Has(ulong bits, int capability) => (bits & (1UL << capability)) != 0;
}
