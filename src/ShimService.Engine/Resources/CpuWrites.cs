using System.Globalization;
using ShimService.Linux.Cgroups;
using ShimService.Oci.Model;

namespace ShimService.Engine.Resources;

/// <summary>
/// CPU shares, bandwidth and sets. Bandwidth is checked by the kernel as a whole at every write, so a value that does
/// not fit the old ones is written again after them. Source: kernel scheduler/sched-bwc.rst, cgroup-v2.rst "CPU".
/// </summary>
internal static class CpuWrites
{
    private const CgroupControllers Cpu = CgroupControllers.Cpu;
    private const ulong DefaultPeriod = 100000;

    public static void Add(List<CgroupWrite> writes, LinuxCpu cpu, CgroupLayout layout, LimitsInForce? now)
    {
        if (ResourceWrites.IsUnified(layout, Cpu))
        {
            AddUnified(writes, cpu, now);
        }
        else
        {
            AddV1(writes, cpu);
        }

        AddSet(writes, cpu.Cpus, "cpuset.cpus", "cpu.cpus");
        AddSet(writes, cpu.Mems, "cpuset.mems", "cpu.mems");
    }

    private static void AddV1(List<CgroupWrite> writes, LinuxCpu cpu)
    {
        if (cpu.Idle is { } idle)
        {
            writes.Add(new CgroupWrite(Cpu, "cpu.idle", ResourceWrites.Text(idle), "cpu.idle"));
        }

        AddNumber(writes, cpu.Shares, "cpu.shares", "cpu.shares", cpu.Idle == 1);
        AddNumber(writes, cpu.RealtimePeriod, "cpu.rt_period_us", "cpu.realtimePeriod");
        if (cpu.RealtimeRuntime is { } runtime and not 0)
        {
            writes.Add(new CgroupWrite(Cpu, "cpu.rt_runtime_us", ResourceWrites.Text(runtime), "cpu.realtimeRuntime"));
        }

        AddBurst(writes, cpu.Burst, "cpu.cfs_burst_us");
        AddNumber(writes, cpu.Period, "cpu.cfs_period_us", "cpu.period");
        if (cpu.Quota is { } quota and not 0)
        {
            writes.Add(new CgroupWrite(Cpu, "cpu.cfs_quota_us", ResourceWrites.Text(quota), "cpu.quota")
            {
                MayComeLater = true,
            });
        }
    }

    private static void AddUnified(List<CgroupWrite> writes, LinuxCpu cpu, LimitsInForce? now)
    {
        if (cpu.RealtimePeriod is > 0 || cpu.RealtimeRuntime is not (null or 0))
        {
            throw ResourceRefusal.HostLacks("cpu.realtimeRuntime",
                "cgroup v2 has no real-time share; leave it out, and give the process a scheduler instead");
        }

        if (cpu.Idle is { } idle)
        {
            writes.Add(new CgroupWrite(Cpu, "cpu.idle", ResourceWrites.Text(idle), "cpu.idle"));
        }

        if (cpu.Shares is > 0 and { } shares && cpu.Idle != 1)
        {
            writes.Add(new CgroupWrite(
                Cpu, "cpu.weight", ResourceWrites.Text(CpuWeight.FromShares(shares)), "cpu.shares"));
        }

        AddBurst(writes, cpu.Burst, "cpu.max.burst");
        if (cpu.Quota is not (null or 0) || cpu.Period is > 0)
        {
            writes.Add(new CgroupWrite(Cpu, "cpu.max", UnifiedMax(cpu, now), "cpu.quota"));
        }
    }

    // One file for both: what is not given stays as it is.
    private static string UnifiedMax(LinuxCpu cpu, LimitsInForce? now)
    {
        string[] inForce = now?.CpuMax?.Split(' ') is { Length: 2 } parts
            ? parts
            : ["max", DefaultPeriod.ToString(CultureInfo.InvariantCulture)];
        string quota = cpu.Quota switch
        {
            null or 0 => inForce[0],
            < 0 => "max",
            { } value => ResourceWrites.Text(value),
        };
        return $"{quota} {(cpu.Period is > 0 and { } period ? ResourceWrites.Text(period) : inForce[1])}";
    }

    private static void AddBurst(List<CgroupWrite> writes, ulong? burst, string file)
    {
        if (burst is { } value)
        {
            writes.Add(new CgroupWrite(Cpu, file, ResourceWrites.Text(value), "cpu.burst")
            {
                MayComeLater = true,
                MayBeMissing = value == 0,
            });
        }
    }

    private static void AddNumber(
        List<CgroupWrite> writes, ulong? number, string file, string field, bool overruled = false)
    {
        if (number is { } value and not 0 && !overruled)
        {
            writes.Add(new CgroupWrite(Cpu, file, ResourceWrites.Text(value), field) { MayComeLater = true });
        }
    }

    private static void AddSet(List<CgroupWrite> writes, string list, string file, string field)
    {
        if (list.Length > 0)
        {
            writes.Add(new CgroupWrite(CgroupControllers.CpuSet, file, list, field));
        }
    }
}
