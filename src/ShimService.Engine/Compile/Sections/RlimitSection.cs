using System.Buffers.Binary;
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
            var value = new byte[16];
            BinaryPrimitives.WriteUInt64LittleEndian(value, limit.Soft);
            BinaryPrimitives.WriteUInt64LittleEndian(value.AsSpan(8), limit.Hard);
            var name = RlimitNames.Text(limit.Kind);
            plan.Call($"set {name}", Clauses.Rlimits, SystemCall.Prlimit64, 0, (long)limit.Kind, value, 0).On(name);
        }
    }
}
