namespace ShimService.Oci.Model;

/// <summary>How a spec spells scheduling policies and their flags.</summary>
public static class SchedulerNames
{
    private static readonly (string Name, SchedulerPolicy Policy)[] Policies =
    [
        ("SCHED_OTHER", SchedulerPolicy.Other),
        ("SCHED_FIFO", SchedulerPolicy.Fifo),
        ("SCHED_RR", SchedulerPolicy.RoundRobin),
        ("SCHED_BATCH", SchedulerPolicy.Batch),
        ("SCHED_IDLE", SchedulerPolicy.Idle),
        ("SCHED_DEADLINE", SchedulerPolicy.Deadline),
    ];

    private static readonly (string Name, SchedulerFlags Flag)[] AllFlags =
    [
        ("SCHED_FLAG_RESET_ON_FORK", SchedulerFlags.ResetOnFork),
        ("SCHED_FLAG_RECLAIM", SchedulerFlags.Reclaim),
        ("SCHED_FLAG_DL_OVERRUN", SchedulerFlags.DeadlineOverrun),
        ("SCHED_FLAG_KEEP_POLICY", SchedulerFlags.KeepPolicy),
        ("SCHED_FLAG_KEEP_PARAMS", SchedulerFlags.KeepParameters),
        ("SCHED_FLAG_UTIL_CLAMP_MIN", SchedulerFlags.UtilizationMinimum),
        ("SCHED_FLAG_UTIL_CLAMP_MAX", SchedulerFlags.UtilizationMaximum),
    ];

    public static SchedulerPolicy? FindPolicy(string name)
    {
        foreach (var (known, policy) in Policies)
        {
            if (known == name)
            {
                return policy;
            }
        }

        return null;
    }

    public static SchedulerFlags? FindFlag(string name)
    {
        foreach (var (known, flag) in AllFlags)
        {
            if (known == name)
            {
                return flag;
            }
        }

        return null;
    }

    public static string Text(SchedulerPolicy policy)
    {
        foreach (var (name, known) in Policies)
        {
            if (known == policy)
            {
                return name;
            }
        }

        throw new ArgumentOutOfRangeException(nameof(policy));
    }

    public static IReadOnlyList<string> Texts(SchedulerFlags flags)
    {
        var texts = new List<string>();
        foreach (var (name, flag) in AllFlags)
        {
            if ((flags & flag) != 0)
            {
                texts.Add(name);
            }
        }

        return texts;
    }
}
