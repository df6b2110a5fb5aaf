using System.Buffers.Binary;
using ShimService.Linux.Launch;
using ShimService.Oci.Model;

namespace ShimService.Engine.Compile.Sections;

/// <summary>
/// process.scheduler. An exec's process inherits it from its helper, but for what a clone resets or the kernel does not
/// clone at all: that the process sets itself. Source: man 2 sched_setattr, man 7 sched.
/// </summary>
internal static class SchedulerSection
{
    private const int NiceCapability = 23;

    /// <summary>Capabilities an exec's process keeps until it has been set up.</summary>
    internal static ulong Kept(ProcessSpec process) => IsDeadline(process) ? 1UL << NiceCapability : 0;

    /// <summary>The process has something to set.</summary>
    internal static bool LeftToProcess(ProcessSpec process) => process.Scheduler is { } scheduler
        && (IsDeadline(process) || (scheduler.Flags & SchedulerFlags.ResetOnFork) != 0);

    internal static void Append(PlanBuilder plan, ProcessSpec process)
    {
        if (process.Scheduler is { } scheduler)
        {
            Set(plan, scheduler);
        }
    }

    internal static void AppendHelper(PlanBuilder plan, ProcessSpec process)
    {
        if (process.Scheduler is { } scheduler && !IsDeadline(process))
        {
            Set(plan, scheduler with { Flags = scheduler.Flags & ~SchedulerFlags.ResetOnFork });
        }
    }

    /// <summary>What <see cref="AppendHelper"/> left.</summary>
    internal static void AppendProcess(PlanBuilder plan, ProcessSpec process)
    {
        if (LeftToProcess(process))
        {
            Set(plan, process.Scheduler!);
        }
    }

    private static bool IsDeadline(ProcessSpec process) => process.Scheduler?.Policy == SchedulerPolicy.Deadline;

    private static void Set(PlanBuilder plan, ProcessScheduler scheduler)
    {
        // struct sched_attr of 56 bytes: size, policy, flags, nice, priority, runtime, deadline, period, util_min,
        // util_max.
        var attributes = new byte[56];
        BinaryPrimitives.WriteInt32LittleEndian(attributes, attributes.Length);
        BinaryPrimitives.WriteInt32LittleEndian(attributes.AsSpan(4), (int)scheduler.Policy);
        BinaryPrimitives.WriteInt64LittleEndian(attributes.AsSpan(8), (long)scheduler.Flags);
        BinaryPrimitives.WriteInt32LittleEndian(attributes.AsSpan(16), scheduler.Nice);
        BinaryPrimitives.WriteInt32LittleEndian(attributes.AsSpan(20), scheduler.Priority);
        BinaryPrimitives.WriteUInt64LittleEndian(attributes.AsSpan(24), scheduler.Runtime);
        BinaryPrimitives.WriteUInt64LittleEndian(attributes.AsSpan(32), scheduler.Deadline);
        BinaryPrimitives.WriteUInt64LittleEndian(attributes.AsSpan(40), scheduler.Period);
        var policy = SchedulerNames.Text(scheduler.Policy);
        plan.Call("set the scheduling policy", Clauses.LinuxProcess, SystemCall.SchedSetattr, 0,
                PlanArgument.FromBlock(new PlanBlock(attributes) { Label = Label(scheduler) }), 0)
            .On(policy).Hint(Hint(scheduler));
    }

    private static string Label(ProcessScheduler scheduler)
    {
        var flags = string.Join('|', SchedulerNames.Texts(scheduler.Flags));
        var values = scheduler.Policy == SchedulerPolicy.Deadline
            ? $"{scheduler.Runtime}/{scheduler.Deadline}/{scheduler.Period}"
            : $"nice={scheduler.Nice}, priority={scheduler.Priority}";
        return $"{{{SchedulerNames.Text(scheduler.Policy)}, {(flags.Length > 0 ? flags : "0")}, {values}}}";
    }

    private static string Hint(ProcessScheduler scheduler) => scheduler.Policy switch
    {
        SchedulerPolicy.Deadline =>
            "needs the host's CAP_SYS_NICE, CPUs that are not all taken, and a container that may use all of them: "
            + "without resources.cpu.cpus",
        SchedulerPolicy.Fifo or SchedulerPolicy.RoundRobin =>
            "needs the host's CAP_SYS_NICE, which a user namespace does not have, and on cgroup v1 a share of real time: "
            + "resources.cpu.realtimeRuntime in this container and above it",
        _ => "a lower nice value than the shim's needs the host's CAP_SYS_NICE, which a user namespace does not have",
    };
}
