using System.Globalization;

namespace ShimService.Network;

/// <summary>A published port. HostIp is an address; unspecified ones are written as 0.0.0.0 and ::.</summary>
public sealed record PortRecord(string HostIp, int HostPort, int ContainerPort, string Protocol)
{
    public bool IsIPv6 => HostIp.Contains(':', StringComparison.Ordinal);

    public override string ToString() => string.Create(CultureInfo.InvariantCulture,
        $"{(IsIPv6 ? $"[{HostIp}]" : HostIp)}:{HostPort} to {ContainerPort}/{Protocol}");
}
