using ShimService.Engine.Resources;
using ShimService.Linux.Cgroups;
using ShimService.Linux.Tests.Cgroups;
using ShimService.Oci.Model;
using ShimService.Tasks.Errors;

namespace ShimService.Engine.Tests.Resources;

/// <summary>Real limits on this machine's cgroups.</summary>
public sealed class ContainerLimitsTests : IDisposable
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    private readonly CgroupHost _host = CgroupHost.Open(CgroupLayout.Detect(), TimeProvider.System);
    private readonly List<Cgroup> _made = [];
    private readonly string _parent = $"/limits-test-{Guid.NewGuid():N}";

    public void Dispose()
    {
        foreach (Cgroup cgroup in _made)
        {
            cgroup.RemoveAsync(Limit, default).GetAwaiter().GetResult();
        }

        _host.Dispose();
        Assert.DoesNotContain(_host.Layout.Hierarchies, h => Directory.Exists(h.MountPoint + _parent));
    }

    [CgroupFact]
    public void Create_WhenLimitsAreGiven_ThenTheKernelHasThem()
    {
        LinuxResources resources = new()
        {
            Memory = new LinuxMemory { Limit = 64 << 20, Swap = 64 << 20, Reservation = 32 << 20 },
            Pids = new LinuxPids(17),
            Cpu = new LinuxCpu { Shares = 512, Quota = 20000, Period = 50000, Cpus = "0", Mems = "0" },
        };
        Cgroup cgroup = Make("c1", resources);

        ContainerLimits.Create(cgroup, resources);

        Assert.Equal("17", cgroup.Find(CgroupControllers.Pids)!.ReadText("pids.max"));
        Assert.Equal("0", cgroup.Find(CgroupControllers.CpuSet)!.ReadText("cpuset.cpus"));
        CgroupDirectory memory = cgroup.Find(CgroupControllers.Memory)!;
        CgroupDirectory cpu = cgroup.Find(CgroupControllers.Cpu)!;
        if (memory.Hierarchy.Version == CgroupVersion.V2)
        {
            Assert.Equal(("67108864", "0"), (memory.ReadText("memory.max"), memory.ReadText("memory.swap.max")));
            Assert.Equal(("20000 50000", "59"), (cpu.ReadText("cpu.max"), cpu.ReadText("cpu.weight")));
            return;
        }

        Assert.Equal(("67108864", "67108864", "33554432"), (memory.ReadText("memory.limit_in_bytes"),
            memory.ReadText("memory.memsw.limit_in_bytes"), memory.ReadText("memory.soft_limit_in_bytes")));
        Assert.Equal(("20000", "50000", "512"), (cpu.ReadText("cpu.cfs_quota_us"),
            cpu.ReadText("cpu.cfs_period_us"), cpu.ReadText("cpu.shares")));
    }

    [CgroupFact]
    public void Update_WhenLimitsGrowAndShrink_ThenNeitherOrderFails()
    {
        Cgroup cgroup = Make("c1", null);
        foreach (int megas in (int[])[64, 256, 32, 128])
        {
            ContainerLimits.Update(cgroup, new LinuxResources
            {
                Memory = new LinuxMemory { Limit = megas << 20, Swap = (long)megas << 21 },
                Cpu = new LinuxCpu { Quota = megas * 1000, Period = (ulong)megas * 2000, Burst = (ulong)megas * 100 },
            });
        }

        ContainerLimits.Update(cgroup, new LinuxResources { Memory = new LinuxMemory { Limit = -1, Swap = -1 } });
        CgroupDirectory memory = cgroup.Find(CgroupControllers.Memory)!;
        string? left =
            memory.ReadText(memory.Hierarchy.Version == CgroupVersion.V2 ? "memory.max" : "memory.limit_in_bytes");
        Assert.True(left == "max" || left!.Length > 15, left);
    }

    [CgroupFact]
    public async Task Update_WhenACpuSetComesLate_ThenTheProcessesMoveThere()
    {
        Cgroup cgroup = Make("c1", null);
        using CgroupScript script = await CgroupScript.StartAsync(cgroup, "exec sleep 100");

        ContainerLimits.Update(cgroup, new LinuxResources { Cpu = new LinuxCpu { Cpus = "0", Mems = "0" } });

        Assert.Contains(
            "Cpus_allowed_list:\t0\n", File.ReadAllText($"/proc/{script.Pid}/status"), StringComparison.Ordinal);
        using CgroupJoin join = cgroup.OpenJoin();
        Assert.True(cgroup.Layout.Mode == CgroupMode.Unified
            || join.TasksFiles.Any(file => file.Name.Contains("cpuset")));
    }

    [CgroupFact]
    public void Create_WhenAValueIsOutOfRange_ThenTheErrorNamesFieldFileValueAndWayOut()
    {
        Cgroup cgroup = Make("c1", null);

        TaskException refused = Assert.Throws<TaskException>(() => ContainerLimits.Create(
            cgroup, new LinuxResources { Cpu = new LinuxCpu { Quota = 10, Period = 100000 } }));

        Assert.Equal((ErrorKind.InvalidArgument, "linux.resources.cpu.quota", "EINVAL"),
            (refused.Kind, refused.Field, refused.Errno));
        Assert.Contains("= 10", refused.Message, StringComparison.Ordinal);
        Assert.Contains("at least 1000", refused.Message, StringComparison.Ordinal);
    }

    [CgroupFact]
    public void Create_WhenHugePagesAreLimited_ThenTheKernelHasItWhereItCountsThem()
    {
        LinuxResources resources = new() { HugepageLimits = [new LinuxHugepageLimit("2MB", 4 << 20)] };
        LinuxResources nothing = new() { HugepageLimits = [new LinuxHugepageLimit("2MB", 0)] };
        Cgroup cgroup = Make("c1", resources);
        if (_host.Layout.Find(CgroupControllers.HugePages) is not { } hierarchy)
        {
            ContainerLimits.Create(cgroup, nothing);
            Assert.Throws<TaskException>(() => ContainerLimits.Update(cgroup, resources));
            return;
        }

        ContainerLimits.Create(cgroup, resources);
        CgroupDirectory directory = cgroup.Find(CgroupControllers.HugePages)!;
        string suffix = hierarchy.Version == CgroupVersion.V2 ? "max" : "limit_in_bytes";
        Assert.Equal("4194304", directory.ReadText($"hugetlb.2MB.{suffix}"));
        Assert.Equal("4194304", directory.ReadText($"hugetlb.2MB.rsvd.{suffix}"));
        ContainerLimits.Update(cgroup, nothing);
        Assert.Equal("0", directory.ReadText($"hugetlb.2MB.{suffix}"));
    }

    [CgroupFact]
    public async Task Update_WhenHugePagesAreLimitedLate_ThenTheControllerComesToTheRunningProcesses()
    {
        Cgroup cgroup = Make("c1", null);
        ContainerLimits.Create(cgroup, null);
        using CgroupScript script = await CgroupScript.StartAsync(cgroup, "sleep 100");

        ContainerLimits.Update(cgroup, new LinuxResources { HugepageLimits = [new LinuxHugepageLimit("2MB", 0)] });

        if (cgroup.Find(CgroupControllers.HugePages) is { Hierarchy.Version: CgroupVersion.V2 } directory)
        {
            Assert.Equal("0", directory.ReadText("hugetlb.2MB.max"));
        }
    }

    [CgroupFact]
    public void Create_WhenTheHostHasNoSuchHugePage_ThenRefusedWithTheSizesItHas()
    {
        LinuxResources resources = new() { HugepageLimits = [new LinuxHugepageLimit("7MB", 1)] };
        Cgroup cgroup = Make("c1", resources);
        TaskException refused = Assert.Throws<TaskException>(() => ContainerLimits.Create(cgroup, resources));

        Assert.Equal("linux.resources.hugepageLimits", refused.Field);
        Assert.True(cgroup.Find(CgroupControllers.HugePages) is null
            || refused.Message.Contains("hugetlb.7MB", StringComparison.Ordinal)
                && refused.Message.Contains("/sys/kernel/mm/hugepages", StringComparison.Ordinal), refused.Message);
    }

    [CgroupFact]
    public async Task Create_WhenNoDeviceIsAllowed_ThenOnlyTheDefaultOnesOpen()
    {
        Cgroup cgroup = Make("c1", null);
        ContainerLimits.Create(cgroup, null);
        using CgroupScript script =
            await CgroupScript.StartAsync(cgroup, "cat /dev/null && echo null; cat /dev/kmsg 2>&-; echo $?");

        string output = await script.ReadToEndAsync();

        if (cgroup.Find(CgroupControllers.Devices) is { } devices)
        {
            Assert.Contains("c 1:3 rwm", devices.ReadText("devices.list"), StringComparison.Ordinal);
        }

        Assert.Equal("null\n1\n", output);
    }

    [CgroupFact]
    public async Task Update_WhenDevicesChange_ThenTheNewListIsInForce()
    {
        Cgroup cgroup = Make("c1", null);
        ContainerLimits.Create(cgroup, null);

        ContainerLimits.Update(cgroup, new LinuxResources
        {
            Devices = [new LinuxDeviceRule(true, DeviceKind.Character, 1, 11, "r")],
        });

        using CgroupScript script = await CgroupScript.StartAsync(
            cgroup, "head -c 0 /dev/kmsg && echo kmsg; (echo x > /dev/kmsg) 2>&- || echo no");
        Assert.Equal("kmsg\nno\n", await script.ReadToEndAsync());
    }

    private Cgroup Make(string name, LinuxResources? resources)
    {
        Assert.True(CgroupPath.TryParse($"{_parent}/{name}", out CgroupPath path, out string problem), problem);
        Cgroup cgroup = _host.Create(path, CgroupControllers.Standard | ContainerLimits.Needed(resources));
        _made.Add(cgroup);
        return cgroup;
    }
}
