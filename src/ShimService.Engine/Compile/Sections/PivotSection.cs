using ShimService.Linux.Abi;
using ShimService.Linux.Launch;

namespace ShimService.Engine.Compile.Sections;

/// <summary>Makes the root the root, and lets go of the host's mounts.</summary>
internal static class PivotSection
{
    internal static void Append(Compilation compilation)
    {
        // man 2 pivot_root, "pivot_root(".", ".")": the old root ends up over the new one, and "." is then the old one.
        const string step = "change the root";
        var plan = compilation.Plan;
        plan.Call(step, Clauses.Root, SystemCall.Fchdir, compilation.Tree.Root);
        plan.Call(step, Clauses.Root, SystemCall.PivotRoot, ".", ".");
        plan.Call("detach the host's mounts", Clauses.Root, SystemCall.Umount2, ".", UnmountFlags.Detach);
    }
}
