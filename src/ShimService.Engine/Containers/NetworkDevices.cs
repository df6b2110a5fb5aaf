using ShimService.Linux;
using ShimService.Linux.Abi;
using ShimService.Linux.Errors;
using ShimService.Linux.Netlink;
using ShimService.Oci;
using ShimService.Oci.Model;

namespace ShimService.Engine.Containers;

/// <summary>
/// linux.netDevices: interfaces of the host, moved and renamed in one step, with their lasting addresses, and up. A
/// container's end gives back what is hardware; what is virtual ends with its network namespace, as the kernel has it.
/// Source: OCI runtime-spec 1.3.0 config-linux.md#network-devices.
/// </summary>
internal sealed class NetworkDevices(IReadOnlyList<LinuxNetDevice> devices, FileDescriptor container) : IDisposable
{
    private readonly List<(LinuxNetDevice Device, IReadOnlyList<AddressInfo> Addresses, bool WasUp)> _moved = [];

    /// <summary>Errors: KernelException with the interface; SpecException for one that is not there.</summary>
    public async Task MoveAsync()
    {
        using (var host = RouteSocket.Open())
        {
            foreach (var device in devices)
            {
                var link = host.FindLink(device.Name) ?? throw new SpecException(
                    $"linux.netDevices[{device.Name}]", "the shim's network namespace has no such interface");
                IReadOnlyList<AddressInfo> addresses =
                    [.. host.LastingAddresses().Where(address => address.Link == link.Index)];
                _moved.Add((device, addresses, link.IsUp));
                host.Run(new RouteBatch().MoveLink(link.Index, device.Name, container, device.InContainer));
            }
        }

        using var visitor = new NamespaceVisitor();
        using var inside = await visitor.VisitAsync(container, RouteSocket.Open);
        foreach (var (device, addresses, _) in _moved)
        {
            Equip(inside, device.InContainer, addresses, isUp: true);
        }
    }

    /// <summary>Gives the host back what has been moved. Errors: KernelException of the last that failed.</summary>
    public async ValueTask ReturnAsync()
    {
        using var own = Files.Open("/proc/self/ns/net", OpenFlags.ReadOnly);
        using var visitor = new NamespaceVisitor();
        using var inside = await visitor.VisitAsync(container, RouteSocket.Open);
        using var host = RouteSocket.Open();
        KernelException? failure = null;
        foreach (var (device, addresses, wasUp) in _moved)
        {
            try
            {
                // One whose new name was taken has arrived under its old one.
                var link = inside.FindLink(device.InContainer) is { } renamed && host.FindLink(device.Name) is null
                    ? renamed
                    : inside.FindLink(device.Name);
                if (link is not null && host.FindLink(device.Name) is null)
                {
                    inside.Run(new RouteBatch().MoveLink(link.Index, link.Name, own, device.Name));
                    Equip(host, device.Name, addresses, wasUp);
                }
            }
            catch (KernelException error)
            {
                failure = error;
            }
        }

        if (failure is not null)
        {
            throw failure;
        }
    }

    public void Dispose() => container.Dispose();

    // Addresses first, or those that come by themselves would win.
    private static void Equip(RouteSocket socket, string name, IReadOnlyList<AddressInfo> addresses, bool isUp)
    {
        var link = socket.FindLink(name) ?? throw new KernelException("find interface", Errno.ENODEV, name);
        var batch = new RouteBatch();
        foreach (var address in addresses)
        {
            batch.AddAddress(link.Index, address.Address, address.PrefixLength);
        }

        if (isUp)
        {
            batch.SetUp(name);
        }

        socket.Run(batch);
    }
}
