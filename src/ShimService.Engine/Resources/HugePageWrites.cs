using ShimService.Linux.Cgroups;
using ShimService.Oci.Model;

namespace ShimService.Engine.Resources;

/// <summary>
/// Limits of huge pages: of those in use, and where the kernel counts them (≥ 5.7) of those reserved, which is what
/// keeps a mapping from being made instead of ending its process with SIGBUS later.
/// Source: kernel cgroup-v1/hugetlb.rst, cgroup-v2.rst "HugeTLB".
/// </summary>
internal static class HugePageWrites
{
    private const CgroupControllers HugePages = CgroupControllers.HugePages;
    private const string Field = "hugepageLimits";

    public static void Add(List<CgroupWrite> writes, IReadOnlyList<LinuxHugepageLimit> limits, CgroupLayout layout)
    {
        bool missing = layout.Find(HugePages) is null;
        string suffix = ResourceWrites.IsUnified(layout, HugePages) ? "max" : "limit_in_bytes";
        foreach (LinuxHugepageLimit limit in limits)
        {
            // A kubelet forbids every size that a pod does not ask for, whether the host can count them or not.
            if (missing && limit.Limit == 0)
            {
                continue;
            }

            string value = ResourceWrites.Text(limit.Limit);
            writes.Add(new CgroupWrite(HugePages, $"hugetlb.{limit.PageSize}.{suffix}", value, Field));
            writes.Add(new CgroupWrite(HugePages, $"hugetlb.{limit.PageSize}.rsvd.{suffix}", value, Field)
            {
                MayBeMissing = true,
            });
        }
    }
}
