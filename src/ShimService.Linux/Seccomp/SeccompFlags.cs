namespace ShimService.Linux.Seccomp;

/// <summary>Flags of seccomp(SECCOMP_SET_MODE_FILTER). Source: include/uapi/linux/seccomp.h.</summary>
[Flags]
public enum SeccompFlags
{
    None = 0,
    ThreadSync = 1 << 0,
    Log = 1 << 1,
    SpeculationAllowed = 1 << 2,
    NewListener = 1 << 3,
    WaitKillable = 1 << 5,
}
