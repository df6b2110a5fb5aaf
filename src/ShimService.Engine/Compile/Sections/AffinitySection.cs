using ShimService.Linux.Launch;

namespace ShimService.Engine.Compile.Sections;

/// <summary>
/// process.execCPUAffinity, and that no container inherits a shim's own: the mask of a shim that was started on a part
/// of the machine's CPUs is widened to all that the container's cpuset has.
/// </summary>
internal static class AffinitySection
{
    // As many CPUs as the largest kernel is built for; it looks at no more bytes than it needs.
    private const int AllBytes = 1024;

    internal static void Set(PlanBuilder plan, string step, string cpus)
    {
        if (cpus.Length > 0)
        {
            Append(plan, step, NumberMask.Parse(cpus), cpus)
                .Hint("none of these CPUs is both online and in the cpuset; check execCPUAffinity and resources.cpu.cpus");
        }
    }

    internal static void Reset(PlanBuilder plan)
    {
        var all = new byte[AllBytes];
        Array.Fill(all, (byte)0xFF);
        Append(plan, "may run on every CPU of the cpuset", all, "all");
    }

    private static PlanResult Append(PlanBuilder plan, string step, byte[] mask, string cpus) =>
        plan.Call(step, Clauses.LinuxProcess, SystemCall.SchedSetaffinity, 0, mask.Length,
            PlanArgument.FromBlock(new PlanBlock(mask) { Label = $"{{{cpus}}}" })).On($"CPUs {cpus}");
}
