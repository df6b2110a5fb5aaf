namespace ShimService.Oci.Model;

/// <summary>Flags of a scheduling policy, as the kernel numbers them. Source: man 2 sched_setattr.</summary>
[Flags]
public enum SchedulerFlags
{
    None = 0,

    /// <summary>Children start with the ordinary policy.</summary>
    ResetOnFork = 0x1,
    Reclaim = 0x2,
    DeadlineOverrun = 0x4,
    KeepPolicy = 0x8,
    KeepParameters = 0x10,
    UtilizationMinimum = 0x20,
    UtilizationMaximum = 0x40,
}
