namespace ShimService.Oci.Model;

/// <summary>The kinds of special file; <see cref="All"/> only stands in device cgroup rules.</summary>
public enum DeviceKind
{
    Character,
    Block,
    Fifo,
    All,
}
