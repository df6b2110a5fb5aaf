using ShimService.Engine.Compile.Mounts;
using ShimService.Linux.Abi;
using ShimService.Linux.Launch;

namespace ShimService.Engine.Compile.Sections;

/// <summary>The propagation words of a mount, applied in their order.</summary>
internal static class PropagationWords
{
    internal static void Append(PlanBuilder plan, string step, MountOptions options, PlanResult mount, string path)
    {
        foreach (var word in options.Propagation)
        {
            var flags = PathFlags.EmptyPath
                | ((word & MountFlags.Recursive) != 0 ? PathFlags.Recursive : PathFlags.None);
            plan.Call(step, Clauses.Mounts, SystemCall.MountSetattr, mount, "", flags,
                MountAttributeBlock.Make(propagation: (long)(word & ~MountFlags.Recursive)), MountAttributeBlock.Size)
                .On(path);
        }
    }
}
