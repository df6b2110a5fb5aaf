namespace ShimService.Oci.Model;

/// <summary>Scheduling policies, as the kernel numbers them. Source: man 7 sched.</summary>
public enum SchedulerPolicy
{
    Other = 0,
    Fifo = 1,
    RoundRobin = 2,
    Batch = 3,
    Idle = 5,
    Deadline = 6,
}
