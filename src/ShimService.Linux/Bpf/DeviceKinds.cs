namespace ShimService.Linux.Bpf;

/// <summary>BPF_DEVCG_DEV_*. Source: include/uapi/linux/bpf.h.</summary>
[Flags]
public enum DeviceKinds
{
    None = 0,
    Block = 1,
    Character = 2,
}
