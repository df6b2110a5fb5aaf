using ShimService.Linux.Abi;
using ShimService.Linux.Launch;

namespace ShimService.Engine.Compile.Mounts;

/// <summary>
/// Where something is mounted or opened: a descriptor, or a name in an opened directory, whose last component is never
/// followed.
/// </summary>
internal readonly record struct MountTarget(PlanResult Directory, string Name)
{
    /// <summary>Attaches a detached mount here.</summary>
    internal void Mount(PlanBuilder plan, string step, string clause, PlanResult mount, string path)
    {
        var flags = Name.Length == 0
            ? MoveMountFlags.FromEmptyPath | MoveMountFlags.ToEmptyPath
            : MoveMountFlags.FromEmptyPath;
        plan.Call(step, clause, SystemCall.MoveMount, mount, "", Directory, Name, flags).On(path);
    }

    /// <summary>A detached copy of the mounts that are here.</summary>
    internal PlanResult Copy(PlanBuilder plan, string step, string clause, string path)
    {
        var flags = TreeFlags.Clone | TreeFlags.Recursive | TreeFlags.CloseOnExec
            | (Name.Length == 0 ? TreeFlags.EmptyPath : TreeFlags.SymlinkNoFollow);
        return plan.Call(step, clause, SystemCall.OpenTree, Directory, Name, flags).On(path);
    }

    /// <summary>Opens what is here for real; only for a name in a file system that is ours.</summary>
    internal PlanResult Open(PlanBuilder plan, string step, string clause, OpenFlags flags, string path) =>
        plan.Call(step, clause, SystemCall.Openat2, Directory, Name,
            PlanArgument.OpenHow(flags, ResolveFlags.Beneath | ResolveFlags.NoSymlinks), PlanArgument.OpenHowSize)
            .On(path);
}
