using System.Globalization;
using Google.Protobuf.Collections;
using ShimService.Contracts.Containerd.Cgroups.V1;
using ShimService.Tasks.Stats;

namespace ShimService.Shim.Handlers.Mapping;

/// <summary>
/// io.containerd.cgroups.v1.Metrics. A controller the host lacks stays unset. Source: containerd/cgroups cgroup1/stats,
/// kernel cgroup-v1.
/// </summary>
internal static class MetricsV1
{
    public const string TypeName = "io.containerd.cgroups.v1.Metrics";

    public static Metrics Of(CgroupCounters counters)
    {
        var metrics = new Metrics
        {
            Pids = counters.Has("pids.current") ? Pids(counters) : null,
            Cpu = counters.Has("cpuacct.usage") ? Cpu(counters) : null,
            Memory = counters.Has("memory.usage_in_bytes") ? MemoryV1.Of(counters) : null,
            MemoryOomControl = counters.Has("memory.usage_in_bytes")
                ? new MemoryOomControl
                {
                    OomKillDisable = counters["memory.oom_control oom_kill_disable"],
                    UnderOom = counters["memory.oom_control under_oom"],
                    OomKill = counters["memory.oom_control oom_kill"],
                }
                : null,
            Blkio = BlockIo(counters),
        };
        foreach (var size in counters.PageSizes)
        {
            metrics.Hugetlb.Add(new HugetlbStat
            {
                Pagesize = size,
                Usage = counters[$"hugetlb.{size}.usage_in_bytes"],
                Max = counters[$"hugetlb.{size}.max_usage_in_bytes"],
                Failcnt = counters[$"hugetlb.{size}.failcnt"],
            });
        }

        return metrics;
    }

    // 0 is how this message says "no limit".
    private static PidsStat Pids(CgroupCounters counters) => new()
    {
        Current = counters["pids.current"],
        Limit = counters["pids.max"] is var limit and not CgroupCounters.NoLimit ? limit : 0,
    };

    private static CPUStat Cpu(CgroupCounters counters)
    {
        var usage = new CPUUsage
        {
            Total = counters["cpuacct.usage"],
            User = counters["cpuacct.usage_user"],
            Kernel = counters["cpuacct.usage_sys"],
        };
        for (var place = 0; ; place++)
        {
            var name = string.Create(CultureInfo.InvariantCulture, $"cpuacct.usage_percpu {place}");
            if (!counters.Has(name))
            {
                break;
            }

            usage.PerCpu.Add(counters[name]);
        }

        return new CPUStat
        {
            Usage = usage,
            Throttling = new Throttle
            {
                Periods = counters["cpu.stat nr_periods"],
                ThrottledPeriods = counters["cpu.stat nr_throttled"],
                ThrottledTime = counters["cpu.stat throttled_time"],
            },
        };
    }

    private static BlkIOStat BlockIo(CgroupCounters counters)
    {
        var stat = new BlkIOStat();
        if (counters.Devices.Count == 0)
        {
            return stat;
        }

        var names = BlockDevices.Read();
        foreach (var counter in counters.Devices)
        {
            if (Field(stat, counter.File) is { } field)
            {
                field.Add(new BlkIOEntry
                {
                    Op = counter.Word,
                    Device = names.GetValueOrDefault((counter.Major, counter.Minor), ""),
                    Major = counter.Major,
                    Minor = counter.Minor,
                    Value = counter.Value,
                });
            }
        }

        return stat;
    }

    private static RepeatedField<BlkIOEntry>? Field(BlkIOStat stat, string file) =>
        file.EndsWith(".io_service_bytes_recursive", StringComparison.Ordinal) ? stat.IoServiceBytesRecursive
        : file.EndsWith(".io_serviced_recursive", StringComparison.Ordinal) ? stat.IoServicedRecursive
        : null;
}
