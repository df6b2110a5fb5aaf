using ShimService.Linux.Cgroups;
using ShimService.Oci.Model;

namespace ShimService.Engine.Resources;

/// <summary>
/// Marks on traffic (v1 only) and limits of RDMA devices (the same file on both versions).
/// Source: kernel cgroup-v1/net_cls.rst, net_prio.rst, rdma.rst.
/// </summary>
internal static class NetworkWrites
{
    private const string OnlyV1 =
        "is a notion of cgroup v1, which this host does not have; leave it out, and mark the traffic with nftables' "
        + "\"socket cgroupv2\" or a cgroup BPF program";

    public static void Add(List<CgroupWrite> writes, LinuxNetworkResources network, CgroupLayout layout)
    {
        // 0 is how callers written in Go say "unset".
        if (network.ClassId is { } id and not 0)
        {
            Check(layout, CgroupControllers.NetworkClass, "network.classID");
            writes.Add(new CgroupWrite(
                CgroupControllers.NetworkClass, "net_cls.classid", ResourceWrites.Text((ulong)id), "network.classID"));
        }

        foreach (LinuxInterfacePriority priority in network.Priorities)
        {
            Check(layout, CgroupControllers.NetworkPriority, "network.priorities");
            writes.Add(new CgroupWrite(CgroupControllers.NetworkPriority, "net_prio.ifpriomap",
                $"{priority.Name} {priority.Priority}", "network.priorities"));
        }
    }

    public static void Add(List<CgroupWrite> writes, IReadOnlyList<LinuxRdma> devices)
    {
        foreach (LinuxRdma device in devices)
        {
            string handles = device.HcaHandles is { } handle ? $" hca_handle={handle}" : "";
            string objects = device.HcaObjects is { } many ? $" hca_object={many}" : "";
            writes.Add(new CgroupWrite(
                CgroupControllers.Rdma, "rdma.max", $"{device.Device}{handles}{objects}", $"rdma[{device.Device}]"));
        }
    }

    private static void Check(CgroupLayout layout, CgroupControllers controller, string field)
    {
        if (layout.Mode == CgroupMode.Unified && layout.Find(controller) is null)
        {
            throw ResourceRefusal.HostLacks(field, OnlyV1);
        }
    }
}
