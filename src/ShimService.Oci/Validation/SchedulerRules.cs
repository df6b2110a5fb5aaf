using ShimService.Oci.Model;

namespace ShimService.Oci.Validation;

/// <summary>
/// Rules for process.scheduler: a value that its policy has no use for is refused, since the kernel would ignore it.
/// </summary>
internal static class SchedulerRules
{
    internal static void Check(ProcessScheduler scheduler, string field)
    {
        var policy = SchedulerNames.Text(scheduler.Policy);
        var nices = scheduler.Policy is SchedulerPolicy.Other or SchedulerPolicy.Batch;
        if (scheduler.Nice != 0 && !nices)
        {
            throw new SpecException($"{field}.nice", $"goes with SCHED_OTHER and SCHED_BATCH, not with {policy}");
        }

        if (scheduler.Nice is < -20 or > 19)
        {
            throw new SpecException($"{field}.nice", $"{scheduler.Nice} is not from -20 to 19");
        }

        var ranks = scheduler.Policy is SchedulerPolicy.Fifo or SchedulerPolicy.RoundRobin;
        if (scheduler.Priority != 0 && !ranks)
        {
            throw new SpecException($"{field}.priority", $"goes with SCHED_FIFO and SCHED_RR, not with {policy}");
        }

        var keeps = (scheduler.Flags & SchedulerFlags.KeepParameters) != 0;
        if (ranks && !keeps && scheduler.Priority is < 1 or > 99)
        {
            throw new SpecException(
                $"{field}.priority", $"{scheduler.Priority} is not from 1 to 99, which {policy} needs");
        }

        CheckTimes(scheduler, field, policy, keeps);
    }

    private static void CheckTimes(ProcessScheduler scheduler, string field, string policy, bool keeps)
    {
        if (scheduler.Policy != SchedulerPolicy.Deadline)
        {
            var named = scheduler.Runtime != 0 ? "runtime" : scheduler.Deadline != 0 ? "deadline" : "period";
            if ((scheduler.Runtime | scheduler.Deadline | scheduler.Period) != 0)
            {
                throw new SpecException($"{field}.{named}", $"goes with SCHED_DEADLINE, not with {policy}");
            }

            return;
        }

        // 0 of a period is the deadline. Source: man 7 sched, SCHED_DEADLINE.
        if (!keeps && (scheduler.Runtime == 0 || scheduler.Deadline < scheduler.Runtime
            || (scheduler.Period != 0 && scheduler.Period < scheduler.Deadline)))
        {
            throw new SpecException(field, "SCHED_DEADLINE needs 0 < runtime ≤ deadline ≤ period");
        }
    }
}
