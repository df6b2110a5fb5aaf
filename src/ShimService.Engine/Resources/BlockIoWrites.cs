using ShimService.Linux.Cgroups;
using ShimService.Oci.Model;

namespace ShimService.Engine.Resources;

/// <summary>
/// Weights and rates of block devices. Weights belong to a scheduler: BFQ's files are preferred where there are any.
/// Source: kernel cgroup-v1/blkio-controller.rst, block/bfq-iosched.rst, cgroup-v2.rst "IO".
/// </summary>
internal static class BlockIoWrites
{
    private const CgroupControllers BlockIo = CgroupControllers.BlockIo;

    public static void Add(List<CgroupWrite> writes, LinuxBlockIo blockIo, CgroupLayout layout)
    {
        if (ResourceWrites.IsUnified(layout, BlockIo))
        {
            AddUnified(writes, blockIo);
        }
        else
        {
            AddV1(writes, blockIo);
        }
    }

    private static void AddV1(List<CgroupWrite> writes, LinuxBlockIo blockIo)
    {
        if (blockIo.Weight is { } weight and not 0)
        {
            string value = ResourceWrites.Text((ulong)weight);
            writes.Add(new CgroupWrite(BlockIo, "blkio.bfq.weight", value, "blockIO.weight")
            {
                Otherwise = ("blkio.weight", value),
            });
        }

        if (blockIo.LeafWeight is { } leaf and not 0)
        {
            writes.Add(new CgroupWrite(
                BlockIo, "blkio.leaf_weight", ResourceWrites.Text((ulong)leaf), "blockIO.leafWeight"));
        }

        foreach (LinuxWeightDevice device in blockIo.WeightDevices)
        {
            if (device.Weight is { } own and not 0)
            {
                string value = $"{device.Major}:{device.Minor} {own}";
                writes.Add(new CgroupWrite(BlockIo, "blkio.bfq.weight_device", value, "blockIO.weightDevice")
                {
                    Otherwise = ("blkio.weight_device", value),
                });
            }

            if (device.LeafWeight is { } ownLeaf and not 0)
            {
                writes.Add(new CgroupWrite(BlockIo, "blkio.leaf_weight_device",
                    $"{device.Major}:{device.Minor} {ownLeaf}", "blockIO.weightDevice"));
            }
        }

        AddRates(writes, blockIo.ThrottleReadBps, "blkio.throttle.read_bps_device", "blockIO.throttleReadBpsDevice");
        AddRates(writes, blockIo.ThrottleWriteBps, "blkio.throttle.write_bps_device", "blockIO.throttleWriteBpsDevice");
        AddRates(writes, blockIo.ThrottleReadIops, "blkio.throttle.read_iops_device", "blockIO.throttleReadIOPSDevice");
        AddRates(
            writes, blockIo.ThrottleWriteIops, "blkio.throttle.write_iops_device", "blockIO.throttleWriteIOPSDevice");
    }

    private static void AddUnified(List<CgroupWrite> writes, LinuxBlockIo blockIo)
    {
        if (blockIo.LeafWeight is not (null or 0))
        {
            throw ResourceRefusal.HostLacks("blockIO.leafWeight", "cgroup v2 has no leaf weights; leave it out");
        }

        if (blockIo.Weight is { } weight and not 0)
        {
            writes.Add(new CgroupWrite(
                BlockIo, "io.bfq.weight", ResourceWrites.Text((ulong)weight), "blockIO.weight")
            {
                Otherwise = ("io.weight", ResourceWrites.Text(CpuWeight.FromBlockIo(weight))),
            });
        }

        foreach (LinuxWeightDevice device in blockIo.WeightDevices)
        {
            if (device.LeafWeight is not (null or 0))
            {
                throw ResourceRefusal.HostLacks(
                    "blockIO.weightDevice", "cgroup v2 has no leaf weights; leave them out");
            }

            if (device.Weight is { } own and not 0)
            {
                writes.Add(new CgroupWrite(BlockIo, "io.bfq.weight", $"{device.Major}:{device.Minor} {own}",
                    "blockIO.weightDevice"));
            }
        }

        AddMax(writes, blockIo.ThrottleReadBps, "rbps", "blockIO.throttleReadBpsDevice");
        AddMax(writes, blockIo.ThrottleWriteBps, "wbps", "blockIO.throttleWriteBpsDevice");
        AddMax(writes, blockIo.ThrottleReadIops, "riops", "blockIO.throttleReadIOPSDevice");
        AddMax(writes, blockIo.ThrottleWriteIops, "wiops", "blockIO.throttleWriteIOPSDevice");
    }

    private static void AddRates(
        List<CgroupWrite> writes, IReadOnlyList<LinuxThrottleDevice> devices, string file, string field)
    {
        foreach (LinuxThrottleDevice device in devices)
        {
            writes.Add(new CgroupWrite(BlockIo, file, $"{device.Major}:{device.Minor} {device.Rate}", field));
        }
    }

    private static void AddMax(
        List<CgroupWrite> writes, IReadOnlyList<LinuxThrottleDevice> devices, string key, string field)
    {
        foreach (LinuxThrottleDevice device in devices)
        {
            string rate = device.Rate == 0 ? "max" : ResourceWrites.Text(device.Rate);
            writes.Add(new CgroupWrite(BlockIo, "io.max", $"{device.Major}:{device.Minor} {key}={rate}", field));
        }
    }
}
