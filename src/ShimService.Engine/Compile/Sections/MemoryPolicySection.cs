using ShimService.Linux.Launch;
using ShimService.Oci.Model;

namespace ShimService.Engine.Compile.Sections;

/// <summary>
/// linux.memoryPolicy, of all the container's processes. Which modes and flags want nodes is the kernel's to say.
/// Source: man 2 set_mempolicy.
/// </summary>
internal static class MemoryPolicySection
{
    internal static void Append(PlanBuilder plan, LinuxMemoryPolicy? policy)
    {
        if (policy is null)
        {
            return;
        }

        var name = MemoryPolicyNames.Text(policy.Mode);
        PlanArgument nodes = 0;
        long bits = 0;
        if (policy.Nodes.Length > 0)
        {
            // The kernel looks at one bit less than it is told of.
            var mask = NumberMask.Parse(policy.Nodes);
            nodes = PlanArgument.FromBlock(new PlanBlock(mask) { Label = $"{{{policy.Nodes}}}" });
            bits = (mask.Length * 8) + 1;
        }

        plan.Call("set the memory policy", Clauses.MemoryPolicy, SystemCall.SetMempolicy,
                (long)policy.Mode | (long)policy.Flags, nodes, bits)
            .On($"{name}, nodes \"{policy.Nodes}\"")
            .Hint("the kernel does not take this mode with these nodes and flags: they have to be online, in the cpuset's "
                + "mems, and absent with MPOL_DEFAULT and MPOL_LOCAL");
    }
}
