using ShimService.Engine.Compile.Mounts;
using ShimService.Linux.Abi;
using ShimService.Linux.Launch;

namespace ShimService.Engine.Compile.Sections;

/// <summary>
/// Changes attributes of a mount that is there: those that are named, and of everything below it those with an "r".
/// </summary>
internal static class AttributeChange
{
    internal static void Append(PlanBuilder plan, string step, PlanResult tree, MountOptions options, string path)
    {
        Append(plan, step, tree, PathFlags.EmptyPath, options.Set, options.Clear, path);
        Append(plan, step, tree, PathFlags.EmptyPath | PathFlags.Recursive,
            options.RecursiveSet, options.RecursiveClear, path);
    }

    private static void Append(
        PlanBuilder plan, string step, PlanResult tree, PathFlags flags, MountAttributes set, MountAttributes clear,
        string path)
    {
        if (set == MountAttributes.None && clear == MountAttributes.None)
        {
            return;
        }

        var change = plan.Call(step, Clauses.Mounts, SystemCall.MountSetattr, tree, "", flags,
            MountAttributeBlock.Make(set, clear), MountAttributeBlock.Size).On(path);
        if (clear != MountAttributes.None)
        {
            change.Hint("what the host has mounted ro, nosuid, nodev, noexec, or with its way of access times, a user "
                + "namespace may not loosen; leave out the option that would");
        }
    }
}
