using ShimService.Linux.Cgroups;

namespace ShimService.Linux.Tests.Cgroups;

public sealed class CgroupLayoutTests
{
    private const string V1 = """
        30 23 0:26 / /sys/fs/cgroup ro,nosuid - tmpfs tmpfs ro,mode=755
        32 30 0:28 / /sys/fs/cgroup/systemd rw,nosuid - cgroup cgroup rw,xattr,name=systemd
        33 30 0:29 / /sys/fs/cgroup/cpu,cpuacct rw,nosuid shared:10 - cgroup cgroup rw,cpu,cpuacct
        34 30 0:30 / /sys/fs/cgroup/memory rw,nosuid - cgroup cgroup rw,memory
        """;

    private const string V2 = "31 30 0:27 / /sys/fs/cgroup/unified rw,nosuid - cgroup2 cgroup2 rw,nsdelegate\n";

    [Fact]
    public void Parse_WhenControllersShareAMount_ThenOneHierarchyCarriesBoth()
    {
        CgroupLayout layout = CgroupLayout.Parse(V1, static _ => "");

        Assert.Equal(CgroupMode.Legacy, layout.Mode);
        Assert.Equal(2, layout.Hierarchies.Count);
        Assert.Same(layout.Find(CgroupControllers.Cpu), layout.Find(CgroupControllers.CpuAccounting));
        Assert.Equal("cpu,cpuacct", layout.Find(CgroupControllers.Cpu)!.Name);
        Assert.Null(layout.Find(CgroupControllers.Pids));
    }

    [Fact]
    public void Parse_WhenV2IsBesideV1_ThenHybridWithTheControllersV2Has()
    {
        CgroupLayout layout = CgroupLayout.Parse($"{V2}{V1}", static _ => "hugetlb\n");

        Assert.Equal(CgroupMode.Hybrid, layout.Mode);
        Assert.Equal(CgroupControllers.HugePages, layout.Unified!.Controllers);
        Assert.Equal(CgroupVersion.V1, layout.Find(CgroupControllers.Memory)!.Version);
    }

    [Fact]
    public void Parse_WhenOnlyV2_ThenUnified()
    {
        CgroupLayout layout = CgroupLayout.Parse(V2, static _ => "cpuset cpu io memory hugetlb pids rdma misc\n");

        Assert.Equal(CgroupMode.Unified, layout.Mode);
        Assert.Equal("/sys/fs/cgroup/unified", layout.Find(CgroupControllers.BlockIo)!.MountPoint);
    }

    [Fact]
    public void Parse_WhenMountedTwice_ThenTheWholeOneCountsOnce()
    {
        const string Text = """
            50 30 0:30 /sub /elsewhere rw - cgroup cgroup rw,memory
            51 30 0:30 / /with\040blank rw - cgroup cgroup rw,memory
            """;

        CgroupHierarchy only = Assert.Single(CgroupLayout.Parse(Text, static _ => "").Hierarchies);
        Assert.Equal("/with blank", only.MountPoint);
    }

    [Fact]
    public void Parse_WhenNothingIsMounted_ThenNone()
    {
        Assert.Equal(
            CgroupMode.None, CgroupLayout.Parse("36 35 98:0 / / rw - ext4 /dev/sda rw\n", static _ => "").Mode);
    }
}
