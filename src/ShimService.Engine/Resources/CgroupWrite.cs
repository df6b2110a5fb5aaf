using ShimService.Linux.Cgroups;

namespace ShimService.Engine.Resources;

/// <summary>One value for one file of a container's cgroup.</summary>
/// <param name="Controller">Finds the hierarchy.</param>
/// <param name="Field">What asked for it, in the words of the spec: "memory.limit".</param>
internal sealed record CgroupWrite(CgroupControllers Controller, string File, string Value, string Field)
{
    /// <summary>Written instead where the kernel has no <see cref="File"/>.</summary>
    public (string File, string Value)? Otherwise { get; init; }

    /// <summary>
    /// Refused with EINVAL while another value of the same list is still the old one: try again after the others.
    /// </summary>
    public bool MayComeLater { get; init; }

    /// <summary>The kernel without such a file does what is asked for anyway.</summary>
    public bool MayBeMissing { get; init; }

    /// <summary>Goes to the v2 directory, whatever has the controller.</summary>
    public bool IsUnified { get; init; }

    public override string ToString() => $"{File} = {Value}";
}
