using System.Buffers.Binary;
using ShimService.Linux.Errors;
using ShimService.Linux.Launch;
using ShimService.Oci.Model;

namespace ShimService.Engine.Compile.Sections;

/// <summary>
/// process.rlimits. Late, because they bind the plan too. In a user namespace a limit cannot be raised above what the
/// shim has: the kernel asks for CAP_SYS_RESOURCE on the host.
/// </summary>
internal static class RlimitSection
{
    internal static void Append(PlanBuilder plan, ProcessSpec process)
    {
        foreach (var limit in process.Rlimits)
        {
            Set(plan, limit.Kind, limit.Soft, limit.Hard);
        }
    }

    /// <summary>
    /// The same by a helper. The number of the user's processes is left to the process: the helper would count against
    /// it. Where the helper may raise limits it takes that one away, so that the process can set whatever is asked for.
    /// </summary>
    /// <param name="plan">Appended to.</param>
    /// <param name="process">Validated.</param>
    /// <param name="all">The process will have a filter that may refuse to set limits.</param>
    internal static void AppendHelper(PlanBuilder plan, ProcessSpec process, bool all)
    {
        foreach (var limit in process.Rlimits)
        {
            if (limit.Kind == RlimitKind.Processes && !all)
            {
                Set(plan, limit.Kind, ulong.MaxValue, ulong.MaxValue).Tolerate(Errno.EPERM);
            }
            else
            {
                Set(plan, limit.Kind, limit.Soft, limit.Hard);
            }
        }
    }

    /// <summary>What <see cref="AppendHelper"/> left.</summary>
    internal static void AppendProcess(PlanBuilder plan, ProcessSpec process, bool all)
    {
        foreach (var limit in process.Rlimits)
        {
            if (limit.Kind == RlimitKind.Processes && !all)
            {
                Set(plan, limit.Kind, limit.Soft, limit.Hard);
            }
        }
    }

    private static PlanResult Set(PlanBuilder plan, RlimitKind kind, ulong soft, ulong hard)
    {
        var value = new byte[16];
        BinaryPrimitives.WriteUInt64LittleEndian(value, soft);
        BinaryPrimitives.WriteUInt64LittleEndian(value.AsSpan(8), hard);
        var name = RlimitNames.Text(kind);
        return plan.Call($"set {name}", Clauses.Rlimits, SystemCall.Prlimit64, 0, (long)kind, value, 0).On(name);
    }
}
