namespace ShimService.Linux.Bpf;

/// <summary>BPF_DEVCG_ACC_*. Source: include/uapi/linux/bpf.h.</summary>
[Flags]
public enum DeviceAccess
{
    None = 0,
    Make = 1,
    Read = 2,
    Write = 4,
    All = Make | Read | Write,
}
