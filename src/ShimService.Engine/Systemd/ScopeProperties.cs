using System.Globalization;
using ShimService.Engine.Compile.Sections;
using ShimService.Engine.Resources;
using ShimService.Oci.Model;

namespace ShimService.Engine.Systemd;

/// <summary>
/// A container's limits as properties of its unit, so that a reload of systemd does not undo what is written to the
/// cgroup's files, which are always written too. Pure. Source: man 5 systemd.resource-control, man 5 systemd.scope.
/// </summary>
internal static class ScopeProperties
{
    private const ulong Infinity = ulong.MaxValue;
    private const ulong DefaultPeriod = 100000;

    /// <summary>For the start of a unit around a process.</summary>
    public static List<UnitProperty> Start(
        ScopeName name, string id, int pid, LinuxResources? resources, IReadOnlyDictionary<string, string> annotations,
        bool unified)
    {
        List<UnitProperty> properties =
        [
            UnitProperty.Text("Description", $"container {id}"),
            UnitProperty.Text("Slice", name.Slice),
            UnitProperty.Flag("Delegate", true),
            new UnitProperty("PIDs", "au", new[] { (uint)pid }),
            UnitProperty.Flag("DefaultDependencies", false),
            UnitProperty.Flag("CPUAccounting", true),
            UnitProperty.Flag("MemoryAccounting", true),
            UnitProperty.Flag(unified ? "IOAccounting" : "BlockIOAccounting", true),
            UnitProperty.Flag("TasksAccounting", true),
        ];
        if (resources is not null)
        {
            properties.AddRange(Limits(resources, unified));
        }

        properties.AddRange(AnnotationProperties.Read(annotations));
        return properties;
    }

    /// <summary>What an update changes; empty when systemd has no word for it.</summary>
    public static List<UnitProperty> Limits(LinuxResources resources, bool unified)
    {
        List<UnitProperty> properties = [];
        if (resources.Memory is { } memory)
        {
            AddMemory(properties, memory, unified);
        }

        if (resources.Cpu is { } cpu)
        {
            AddCpu(properties, cpu, unified);
        }

        if (resources.Pids?.Limit is { } pids)
        {
            properties.Add(UnitProperty.Number("TasksMax", pids < 0 ? Infinity : (ulong)Math.Max(1, pids)));
        }

        foreach (var (file, value) in resources.Unified)
        {
            AddUnified(properties, file, value);
        }

        return properties;
    }

    private static void AddMemory(List<UnitProperty> properties, LinuxMemory memory, bool unified)
    {
        if (!unified)
        {
            AddBytes(properties, "MemoryLimit", memory.Limit);
            return;
        }

        AddBytes(properties, "MemoryMax", memory.Limit);
        AddBytes(properties, "MemoryLow", memory.Reservation);
        if (memory is { Limit: > 0 and var limit, Swap: > 0 and var both } && both >= limit)
        {
            properties.Add(UnitProperty.Number("MemorySwapMax", (ulong)(both - limit)));
        }
        else if (memory.Swap < 0)
        {
            properties.Add(UnitProperty.Number("MemorySwapMax", Infinity));
        }
    }

    private static void AddCpu(List<UnitProperty> properties, LinuxCpu cpu, bool unified)
    {
        if (cpu.Shares is { } shares and > 0 && cpu.Idle != 1)
        {
            properties.Add(unified
                ? UnitProperty.Number("CPUWeight", CpuWeight.FromShares(shares))
                : UnitProperty.Number("CPUShares", shares));
        }

        if (cpu.Period is { } period and > 0)
        {
            properties.Add(UnitProperty.Number("CPUQuotaPeriodUSec", period));
        }

        if (cpu.Quota is { } quota and not 0)
        {
            properties.Add(UnitProperty.Number("CPUQuotaPerSecUSec", PerSecond(quota, cpu.Period ?? 0)));
        }

        if (unified)
        {
            AddSet(properties, "AllowedCPUs", cpu.Cpus);
            AddSet(properties, "AllowedMemoryNodes", cpu.Mems);
        }
    }

    /// <summary>systemd keeps whole percents: more is given, not less.</summary>
    internal static ulong PerSecond(long quota, ulong period)
    {
        const ulong second = 1000000, percent = second / 100;
        if (quota < 0)
        {
            return Infinity;
        }

        var share = (UInt128)(ulong)quota * second / (period == 0 ? DefaultPeriod : period);
        return (ulong)((share + percent - 1) / percent * percent);
    }

    private static void AddUnified(List<UnitProperty> properties, string file, string value)
    {
        var property = file switch
        {
            "memory.max" => "MemoryMax",
            "memory.high" => "MemoryHigh",
            "memory.low" => "MemoryLow",
            "memory.min" => "MemoryMin",
            "memory.swap.max" => "MemorySwapMax",
            "pids.max" => "TasksMax",
            "cpu.weight" => "CPUWeight",
            _ => null,
        };
        value = value.Trim();
        if (file is "cpuset.cpus" or "cpuset.mems")
        {
            AddSet(properties, file == "cpuset.cpus" ? "AllowedCPUs" : "AllowedMemoryNodes", value);
        }
        else if (property is not null
            && (value == "max" || ulong.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out _)))
        {
            properties.RemoveAll(other => other.Name == property);
            properties.Add(UnitProperty.Number(
                property, value == "max" ? Infinity : ulong.Parse(value, CultureInfo.InvariantCulture)));
        }
    }

    private static void AddBytes(List<UnitProperty> properties, string name, long? bytes)
    {
        if (bytes is { } value and not 0)
        {
            properties.Add(UnitProperty.Number(name, value < 0 ? Infinity : (ulong)value));
        }
    }

    // A bit for each, without zeros at the end, as systemd compares it.
    private static void AddSet(List<UnitProperty> properties, string name, string list)
    {
        if (list.Length > 0)
        {
            var mask = NumberMask.Parse(list);
            properties.RemoveAll(other => other.Name == name);
            properties.Add(UnitProperty.Bytes(name, mask[..(Array.FindLastIndex(mask, octet => octet != 0) + 1)]));
        }
    }
}
