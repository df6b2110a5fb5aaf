using Google.Protobuf;
using Google.Protobuf.Reflection;
using ShimService.Shim.Handlers.Mapping;
using ShimService.Tasks.Stats;

namespace ShimService.Shim.Tests.Handlers;

public sealed class MetricsTests
{
    [Fact]
    public void V2_WhenAllIsCounted_ThenEveryScalarOfCpuMemoryAndEventsIsSet()
    {
        var metrics = MetricsV2.Of(Counters(CgroupGeneration.V2));

        Assert.Empty(Unset(metrics.Cpu));
        Assert.Empty(Unset(metrics.Memory));
        Assert.Empty(Unset(metrics.MemoryEvents));
        Assert.Empty(Unset(metrics.Pids));
        Assert.Equal((8ul, 16ul, 1ul, 2ul, 3ul, 4ul), Assert.Single(metrics.Io.Usage) is var io
            ? (io.Major, io.Minor, io.Rbytes, io.Wbytes, io.Rios, io.Wios) : default);
        Assert.Equal("2MB", Assert.Single(metrics.Hugetlb).Pagesize);
        Assert.Equal(2.5, metrics.Memory.Psi.Some.Avg60);
    }

    [Fact]
    public void V1_WhenAllIsCounted_ThenEveryScalarOfMemoryIsSet()
    {
        var metrics = MetricsV1.Of(Counters(CgroupGeneration.V1));

        Assert.Empty(Unset(metrics.Memory));
        Assert.Empty(Unset(metrics.MemoryOomControl));
        Assert.Empty(Unset(metrics.Cpu.Throttling));
        Assert.Equal([5ul, 6ul], metrics.Cpu.Usage.PerCpu);
        Assert.Equal(("Read", 9ul), Assert.Single(metrics.Blkio.IoServiceBytesRecursive) is var entry
            ? (entry.Op, entry.Value) : default);
    }

    [Fact]
    public void Of_WhenNothingIsLimited_ThenInTheWordsOfEachGeneration()
    {
        var counters = new CgroupCounters(CgroupGeneration.V1);
        counters.Set("pids.current", 1);
        counters.Set("pids.max", CgroupCounters.NoLimit);
        counters.Set("memory.max", CgroupCounters.NoLimit);

        Assert.Equal(0ul, MetricsV1.Of(counters).Pids.Limit);
        Assert.Null(MetricsV1.Of(counters).Memory);
        Assert.Equal(ulong.MaxValue, MetricsV2.Of(counters).Pids.Limit);
        Assert.Equal(ulong.MaxValue, MetricsV2.Of(counters).Memory.UsageLimit);
        Assert.Null(MetricsV2.Of(counters).Cpu.Psi);
    }

    [Fact]
    public void Parse_WhenPartitionsAreListed_ThenDevicesByNumber() => Assert.Equal(
        "/dev/sda1", BlockDevices.Parse("major minor  #blocks  name\n\n   8        1    1024 sda1\n")[(8, 1)]);

    /// <summary>Names of plain fields that have their default: each number of the counters is not 0.</summary>
    private static IEnumerable<string> Unset(IMessage message)
    {
        foreach (var field in message.Descriptor.Fields.InDeclarationOrder())
        {
            if (field.FieldType == FieldType.UInt64 && !field.IsRepeated
                && (ulong)field.Accessor.GetValue(message) == 0)
            {
                yield return field.Name;
            }
        }
    }

    private static CgroupCounters Counters(CgroupGeneration generation)
    {
        var counters = new CgroupCounters(generation)
        {
            MemoryPressure = new ResourcePressure(new PressureAverages(1, 2.5, 3, 4), null),
        };
        foreach (var name in Names.Split([' ', '\n'], StringSplitOptions.RemoveEmptyEntries))
        {
            counters.Set(name.Replace('/', ' '), 1);
        }

        foreach (var key in MemoryKeys.Split(' '))
        {
            counters.Set("memory.stat " + key, 2);
            counters.Set("memory.stat total_" + key, 3);
        }

        counters.Set("cpuacct.usage_percpu 0", 5);
        counters.Set("cpuacct.usage_percpu 1", 6);
        counters.AddPageSize("2MB");
        if (generation == CgroupGeneration.V1)
        {
            counters.Add(new DeviceCounter("blkio.throttle.io_service_bytes_recursive", 8, 0, "Read", 9));
            return counters;
        }

        ulong value = 0;
        foreach (var word in new[] { "rbytes", "wbytes", "rios", "wios", "dbytes" })
        {
            counters.Add(new DeviceCounter("io.stat", 8, 16, word, ++value));
        }

        return counters;
    }

    // Every name a kernel gives, written out once: a misspelt key of the mapping stays 0 and fails.
    private const string Names =
        """
        pids.current pids.max memory.current memory.max memory.peak memory.swap.current memory.swap.max memory.swap.peak
        cpu.stat/usage_usec cpu.stat/user_usec cpu.stat/system_usec cpu.stat/nr_periods cpu.stat/nr_throttled
        cpu.stat/throttled_usec cpu.stat/nr_bursts cpu.stat/burst_usec cpu.stat/throttled_time
        memory.events/low memory.events/high memory.events/max memory.events/oom memory.events/oom_kill
        memory.events/oom_group_kill memory.oom_control/oom_kill_disable memory.oom_control/under_oom
        memory.oom_control/oom_kill cpuacct.usage cpuacct.usage_user cpuacct.usage_sys memory.usage_in_bytes
        """;

    private const string MemoryKeys =
        "anon file kernel_stack slab sock shmem file_mapped file_dirty file_writeback anon_thp inactive_anon active_anon "
        + "inactive_file active_file unevictable slab_reclaimable slab_unreclaimable pgfault pgmajfault workingset_refault "
        + "workingset_activate workingset_nodereclaim workingset_refault_anon workingset_refault_file "
        + "workingset_activate_anon workingset_activate_file pgrefill pgscan pgsteal pgactivate pgdeactivate pglazyfree "
        + "pglazyfreed thp_fault_alloc thp_collapse_alloc cache rss rss_huge mapped_file dirty writeback pgpgin pgpgout "
        + "hierarchical_memory_limit hierarchical_memsw_limit";
}
