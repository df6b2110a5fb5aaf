using ShimService.Linux.Cgroups;
using ShimService.Linux.Errors;
using ShimService.Tasks.Stats;

namespace ShimService.Engine.Statistics;

/// <summary>
/// Reads everything the kernel counts for a container. Files are opened, read and closed. Any thread, also while the
/// container ends: what is gone by then is not there.
/// Source: kernel cgroup-v1/{memory,cpuacct,blkio-controller,pids,hugetlb}.rst, cgroup-v2.rst.
/// </summary>
internal sealed class CgroupCountersReader
{
    // memory.stat of v2 is about 2 kB, an io.stat line 80 bytes.
    private const int BufferLength = 16 * 1024;
    private static readonly string[] PageSizes = ReadPageSizes();

    private readonly Cgroup _cgroup;
    private readonly CgroupCounters _counters;

    private CgroupCountersReader(Cgroup cgroup)
    {
        _cgroup = cgroup;
        _counters = new CgroupCounters(
            cgroup.Layout.Mode == CgroupMode.Unified ? CgroupGeneration.V2 : CgroupGeneration.V1);
    }

    public static CgroupCounters Read(Cgroup cgroup)
    {
        var reader = new CgroupCountersReader(cgroup);
        Span<byte> buffer = stackalloc byte[BufferLength];
        if (reader._counters.Generation == CgroupGeneration.V2)
        {
            reader.ReadUnified(buffer);
        }
        else
        {
            reader.ReadV1(buffer);
        }

        return reader._counters;
    }

    private delegate void Taker(CgroupCounters counters, string file, ReadOnlySpan<byte> text);

    private void ReadUnified(Span<byte> buffer)
    {
        if (_cgroup.Unified is not { } directory)
        {
            return;
        }

        Take(directory, CounterText.AddNumber, buffer, "pids.current", "pids.max", "memory.current", "memory.max",
            "memory.peak", "memory.swap.current", "memory.swap.max", "memory.swap.peak");
        Take(directory, CounterText.AddKeyed, buffer, "cpu.stat", "memory.stat", "memory.events");
        Take(directory, CounterText.AddDevices, buffer, "io.stat");
        _counters.CpuPressure = PressureText.Parse(directory.Read("cpu.pressure", buffer, out _));
        _counters.MemoryPressure = PressureText.Parse(directory.Read("memory.pressure", buffer, out _));
        _counters.IoPressure = PressureText.Parse(directory.Read("io.pressure", buffer, out _));
        foreach (string size in PageSizes)
        {
            if (Take(directory, CounterText.AddNumber, buffer, $"hugetlb.{size}.current", $"hugetlb.{size}.max"))
            {
                Take(directory, CounterText.AddKeyed, buffer, $"hugetlb.{size}.events");
                _counters.AddPageSize(size);
            }
        }
    }

    private void ReadV1(Span<byte> buffer)
    {
        if (_cgroup.Find(CgroupControllers.Pids) is { } pids)
        {
            Take(pids, CounterText.AddNumber, buffer, "pids.current", "pids.max");
        }

        if (_cgroup.Find(CgroupControllers.CpuAccounting) is { } accounting)
        {
            Take(accounting, CounterText.AddNumber, buffer,
                "cpuacct.usage", "cpuacct.usage_user", "cpuacct.usage_sys");
            Take(accounting, CounterText.AddRow, buffer, "cpuacct.usage_percpu");
        }

        if (_cgroup.Find(CgroupControllers.Cpu) is { } cpu)
        {
            Take(cpu, CounterText.AddKeyed, buffer, "cpu.stat");
        }

        if (_cgroup.Find(CgroupControllers.Memory) is { } memory)
        {
            Take(memory, CounterText.AddKeyed, buffer, "memory.stat", "memory.oom_control");
            foreach (string kind in (ReadOnlySpan<string>)["memory", "memory.memsw", "memory.kmem", "memory.kmem.tcp"])
            {
                Take(memory, CounterText.AddNumber, buffer, $"{kind}.usage_in_bytes", $"{kind}.limit_in_bytes",
                    $"{kind}.max_usage_in_bytes", $"{kind}.failcnt");
            }
        }

        if (_cgroup.Find(CgroupControllers.BlockIo) is { } io)
        {
            ReadBlockIo(io, buffer);
        }

        if (_cgroup.Find(CgroupControllers.HugePages) is { } huge)
        {
            foreach (string size in PageSizes)
            {
                if (huge.Hierarchy.Version == CgroupVersion.V2)
                {
                    TakeHugePages(huge, buffer, size);
                }
                else if (Take(huge, CounterText.AddNumber, buffer, $"hugetlb.{size}.usage_in_bytes",
                    $"hugetlb.{size}.max_usage_in_bytes", $"hugetlb.{size}.failcnt"))
                {
                    _counters.AddPageSize(size);
                }
            }
        }
    }

    // A hybrid host may count them on v2; what is told is named as on v1 all the same.
    private void TakeHugePages(CgroupDirectory huge, Span<byte> buffer, string size)
    {
        if (Take(huge, CounterText.AddNumber, buffer, $"hugetlb.{size}.current"))
        {
            _counters.Set($"hugetlb.{size}.usage_in_bytes", _counters[$"hugetlb.{size}.current"]);
            _counters.AddPageSize(size);
        }
    }

    // The scheduler's own files where there are any (BFQ), else the throttler's.
    private void ReadBlockIo(CgroupDirectory io, Span<byte> buffer)
    {
        if (!Take(io, CounterText.AddDevices, buffer, "blkio.bfq.io_service_bytes_recursive",
            "blkio.bfq.io_serviced_recursive"))
        {
            Take(io, CounterText.AddDevices, buffer, "blkio.throttle.io_service_bytes_recursive",
                "blkio.throttle.io_serviced_recursive");
        }
    }

    /// <summary>False when the first of the files is not there.</summary>
    private bool Take(CgroupDirectory directory, Taker taker, Span<byte> buffer, params ReadOnlySpan<string> files)
    {
        bool isThere = false;
        for (int i = 0; i < files.Length; i++)
        {
            ReadOnlySpan<byte> text = directory.Read(files[i], buffer, out Errno errno);
            if (errno == Errno.None)
            {
                taker(_counters, files[i], text);
                isThere |= i == 0;
            }
        }

        return isThere;
    }

    // "hugepages-2048kB" is "2MB" in the names of cgroup files.
    private static string[] ReadPageSizes()
    {
        try
        {
            var sizes = new List<string>();
            foreach (string directory in Directory.GetDirectories("/sys/kernel/mm/hugepages"))
            {
                ReadOnlySpan<char> name = Path.GetFileName(directory.AsSpan());
                if (name.StartsWith("hugepages-") && name.EndsWith("kB")
                    && ulong.TryParse(name["hugepages-".Length..^2], out ulong kilobytes))
                {
                    sizes.Add(kilobytes switch
                    {
                        >= 1 << 20 => $"{kilobytes >> 20}GB",
                        >= 1 << 10 => $"{kilobytes >> 10}MB",
                        _ => $"{kilobytes}KB",
                    });
                }
            }

            return [.. sizes];
        }
        catch (IOException)
        {
            return [];
        }
    }
}
