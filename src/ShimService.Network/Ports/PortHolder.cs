using System.Globalization;
using System.Net;
using ShimService.Linux;
using ShimService.Linux.Errors;
using ShimService.Network.Addresses;
using ShimService.Network.Errors;

namespace ShimService.Network.Ports;

/// <summary>
/// Holds the published ports of this host for its containers, so that no other program gets them and no two containers
/// either. The kernel judges: an unspecified address conflicts with every other of its family. Any thread.
/// </summary>
internal sealed class PortHolder : IDisposable
{
    private const string LocalRange = "/proc/sys/net/ipv4/ip_local_port_range";
    private const int FallbackFirst = 49153, FallbackLast = 65535;

    private readonly Lock _gate = new();
    private readonly Dictionary<string, List<FileDescriptor>> _held = new(StringComparer.Ordinal);
    private int _nextFree;

    /// <summary>
    /// Takes the ports of one container: all, or none and an error. Errors: TaskException AlreadyExists naming the
    /// port.
    /// </summary>
    /// <param name="hasIPv6">Whether the container can be reached by it: an unspecified host address then means
    /// both.</param>
    public IReadOnlyList<PortRecord> Take(
        string container, IReadOnlyList<PortRequest> ports, string hostAddress, bool hasIPv4, bool hasIPv6)
    {
        var held = new List<FileDescriptor>();
        var records = new List<PortRecord>();
        try
        {
            lock (_gate)
            {
                foreach (var port in ports)
                {
                    var asked = port.HostIp.Length > 0 ? port.HostIp : hostAddress;
                    TakeOne(port, Addresses(asked, hasIPv4, hasIPv6), held, records);
                }

                if (held.Count > 0)
                {
                    _held[container] = held;
                }
            }

            return records;
        }
        catch (Exception)
        {
            held.ForEach(static socket => socket.Dispose());
            throw;
        }
    }

    /// <summary>
    /// Holds the recorded ports of a container again; one that somebody took meanwhile is left to him.
    /// </summary>
    public void TakeAgain(string container, IReadOnlyList<PortRecord> ports)
    {
        var held = ports
            .Select(port => BoundPort.TryHold(IPAddress.Parse(port.HostIp), port.HostPort, port.Protocol, out _))
            .OfType<FileDescriptor>().ToList();
        lock (_gate)
        {
            _held[container] = held;
        }
    }

    public void Return(string container)
    {
        lock (_gate)
        {
            if (_held.Remove(container, out var held))
            {
                held.ForEach(static socket => socket.Dispose());
            }
        }
    }

    public void Dispose()
    {
        lock (_gate)
        {
            foreach (var socket in _held.Values.SelectMany(static held => held))
            {
                socket.Dispose();
            }

            _held.Clear();
        }
    }

    private void TakeOne(
        PortRequest port, List<IPAddress> addresses, List<FileDescriptor> held, List<PortRecord> records)
    {
        var (first, last) = port.HostPort == 0 ? FreeRange() : (port.HostPort, port.HostPortEnd);
        var count = last - first + 1;
        var start = port.HostPort == 0 ? _nextFree++ % count : 0;
        var why = Errno.EADDRINUSE;
        for (var index = 0; index < count; index++)
        {
            var number = first + (start + index) % count;
            if (TryHold(addresses, number, port.Protocol, out why) is { } sockets)
            {
                held.AddRange(sockets);
                records.AddRange(addresses.Select(address =>
                    new PortRecord(address.ToString(), number, port.ContainerPort, port.Protocol)));
                return;
            }

            if (why is not (Errno.EADDRINUSE or Errno.EACCES))
            {
                break;
            }
        }

        if (why is Errno.EPROTONOSUPPORT or Errno.ESOCKTNOSUPPORT)
        {
            throw NetworkErrors.Invalid(
                "ports", $"this kernel has no {port.Protocol}, for containers neither: load its module, or leave the port out");
        }

        var where = string.Join(" and ", addresses);
        throw why == Errno.EADDRNOTAVAIL
            ? NetworkErrors.Invalid("ports", $"{where} is no address of this host")
            : why is Errno.EMFILE or Errno.ENFILE ? NetworkErrors.Exhausted(
                $"published ports: {why} — each is held by one file of shimd's and no more may be open: publish fewer, "
                + "or raise shimd's limit of open files (ulimit -n, LimitNOFILE=)")
            : NetworkErrors.Taken(string.Create(CultureInfo.InvariantCulture,
                $"bind for {where} port {first}{(count > 1 ? $"-{last}" : "")}/{port.Protocol} failed: {why} — ")
                + "the port is already allocated; publish another, or leave the host's port out");
    }

    private static List<FileDescriptor>? TryHold(List<IPAddress> addresses, int port, string protocol, out Errno errno)
    {
        var sockets = new List<FileDescriptor>();
        errno = Errno.None;
        foreach (var address in addresses)
        {
            var socket = BoundPort.TryHold(address, port, protocol, out errno);

            if (socket is null)
            {
                sockets.ForEach(static one => one.Dispose());
                return null;
            }

            sockets.Add(socket);
        }

        return sockets;
    }

    private static List<IPAddress> Addresses(string hostIp, bool hasIPv4, bool hasIPv6)
    {
        if (hostIp.Length > 0 && hostIp != "0.0.0.0")
        {
            var address = Addressing.Parse(hostIp, "ports.host_ip");
            var isIPv6 = address.AddressFamily == System.Net.Sockets.AddressFamily.InterNetworkV6;
            if (address.Equals(IPAddress.IPv6Loopback))
            {
                throw NetworkErrors.Invalid(
                    "ports.host_ip", "the kernel leads nothing from ::1 to another interface: publish on 127.0.0.1");
            }

            return (isIPv6 ? hasIPv6 : hasIPv4)
                ? [address]
                : throw NetworkErrors.Invalid("ports.host_ip",
                    $"{hostIp} cannot lead to a container that has no address of its family");
        }

        var addresses = new List<IPAddress>();
        if (hasIPv4)
        {
            addresses.Add(IPAddress.Any);
        }

        if (hasIPv6 && hostIp.Length == 0)
        {
            addresses.Add(IPAddress.IPv6Any);
        }

        return addresses;
    }

    private static (int First, int Last) FreeRange()
    {
        var words = Files.ReadText(LocalRange).Split([' ', '\t', '\n'], StringSplitOptions.RemoveEmptyEntries);
        return words.Length == 2
            && int.TryParse(words[0], CultureInfo.InvariantCulture, out var first)
            && int.TryParse(words[1], CultureInfo.InvariantCulture, out var last) && first <= last
            ? (first, last)
            : (FallbackFirst, FallbackLast);
    }
}
