using ShimService.Linux.Cgroups;

namespace ShimService.Engine.Tests.Resources;

/// <summary>Hosts to compute for.</summary>
internal static class Layouts
{
    public static CgroupLayout V1 { get; } = CgroupLayout.Parse(
        string.Concat(((string[])["cpu", "cpuacct", "cpuset", "memory", "devices", "freezer", "blkio", "pids"])
            .Select(name => $"33 30 0:29 / /cg/{name} rw - cgroup cgroup rw,{name}\n")), static _ => "");

    public static CgroupLayout V2 { get; } = CgroupLayout.Parse(
        "31 30 0:27 / /cg rw - cgroup2 cgroup2 rw\n", static _ => "cpuset cpu io memory hugetlb pids rdma misc");
}
