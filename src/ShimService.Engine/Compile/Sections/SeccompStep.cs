using System.Buffers.Binary;
using System.Globalization;
using ShimService.Engine.Launching;
using ShimService.Linux.Launch;
using ShimService.Linux.Seccomp;

namespace ShimService.Engine.Compile.Sections;

/// <summary>Loads a compiled filter.</summary>
internal static class SeccompStep
{
    internal static void Append(PlanBuilder plan, SeccompProgram filter)
    {
        // struct sock_fprog { unsigned short len; struct sock_filter *filter; }
        var program = new byte[16];
        BinaryPrimitives.WriteUInt16LittleEndian(program, checked((ushort)filter.Length));
        plan.Call("load the seccomp filter", Clauses.Seccomp, SystemCall.Seccomp, KernelValues.SetFilter,
            (long)filter.Flags, PlanArgument.FromBlock(new PlanBlock(program)
            {
                Label = string.Create(CultureInfo.InvariantCulture, $"{{{filter.Length} instructions}}"),
                Fields = [new PlanField(8, filter.Instructions.ToArray())],
            }));
        if (filter.Notifies)
        {
            plan.Stop(LaunchNames.Listener);
        }
    }
}
