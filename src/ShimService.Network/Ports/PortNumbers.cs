using System.Globalization;
using ShimService.Network.Errors;

namespace ShimService.Network.Ports;

/// <summary>The words of published ports and what they mean. Pure.</summary>
internal static class PortNumbers
{
    private const int Highest = 65535;

    /// <summary>
    /// Each container port on its own, checked. Errors: TaskException InvalidArgument with the field.
    /// </summary>
    public static IEnumerable<PortRequest> Expand(PortRequest request, string field)
    {
        var protocol = request.Protocol.Length == 0 ? "tcp" : request.Protocol;
        if (protocol is not ("tcp" or "udp" or "sctp"))
        {
            throw NetworkErrors.Invalid($"{field}.protocol", $"\"{protocol}\" is none of tcp, udp and sctp");
        }

        var (first, last) = Range(request.ContainerPort, request.ContainerPortEnd, $"{field}.container_port");
        if (first == 0)
        {
            throw NetworkErrors.Invalid($"{field}.container_port", "0 is no port");
        }

        var count = last - first + 1;
        var (hostFirst, hostLast) = Range(request.HostPort, request.HostPortEnd, $"{field}.host_port");
        var hostCount = hostLast - hostFirst + 1;
        if (hostFirst != 0 && count > 1 && hostCount != count)
        {
            throw NetworkErrors.Invalid($"{field}.host_port", string.Create(CultureInfo.InvariantCulture,
                $"{hostFirst}-{hostLast} are {hostCount} ports for {count} of the container: give as many"));
        }

        for (var index = 0; index < count; index++)
        {
            // One port of the container with a range of the host's: the first that is free.
            yield return request with
            {
                Protocol = protocol,
                ContainerPort = first + index,
                ContainerPortEnd = first + index,
                HostPort = hostFirst == 0 ? 0 : hostFirst + index,
                HostPortEnd = hostFirst == 0 ? 0 : count > 1 ? hostFirst + index : hostLast,
            };
        }
    }

    private static (int First, int Last) Range(int first, int last, string field)
    {
        last = last == 0 ? first : last;
        return first is < 0 or > Highest || last > Highest || last < first
            ? throw NetworkErrors.Invalid(field, string.Create(CultureInfo.InvariantCulture,
                $"{first}-{last} is no range of ports: write the smaller first, both 1 to {Highest}"))
            : (first, last);
    }
}
