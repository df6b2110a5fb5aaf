using ShimService.Engine.Compile.Mounts;
using ShimService.Linux.Abi;
using ShimService.Linux.Errors;
using ShimService.Linux.Launch;
using ShimService.Oci;
using ShimService.Oci.Model;

namespace ShimService.Engine.Compile.Sections;

/// <summary>Makes the root the root, and lets go of the host's mounts.</summary>
internal static class PivotSection
{
    private const string Step = "change the root";

    internal static void Append(Compilation compilation)
    {
        if (compilation.Input.HiddenBelowRoot is { } hidden)
        {
            Move(compilation, hidden);
            return;
        }

        // man 2 pivot_root, "pivot_root(".", ".")": the old root ends up over the new one, and "." is then the old one.
        var plan = compilation.Plan;
        if (IsShared(compilation))
        {
            // What is shared is unmounted on the host as well. After the pivot, "." is the new root still.
            const string cut = "cut the host's mounts off";
            var old = plan.Call(cut, Clauses.Root, SystemCall.Openat, KernelValues.WorkingDirectory, "/",
                OpenFlags.Path | OpenFlags.CloseOnExec, 0);
            Pivot(compilation);
            plan.Call(cut, Clauses.Root, SystemCall.MountSetattr, old, "", PathFlags.EmptyPath | PathFlags.Recursive,
                MountAttributeBlock.Make(propagation: (long)MountFlags.Slave), MountAttributeBlock.Size);
        }
        else
        {
            Pivot(compilation);
        }

        plan.Call("detach the host's mounts", Clauses.Root, SystemCall.Umount2, ".", UnmountFlags.Detach);
    }

    private static void Pivot(Compilation compilation)
    {
        compilation.Plan.Call(Step, Clauses.Root, SystemCall.Fchdir, compilation.Tree.Root);
        compilation.Plan.Call(Step, Clauses.Root, SystemCall.PivotRoot, ".", ".");
    }

    private static bool IsShared(Compilation compilation) =>
        compilation.Spec.Linux.RootfsPropagation is RootfsPropagation.Shared or RootfsPropagation.RecursiveShared;

    // The host's mounts stay below. ".." at the root, and setns(2) into the namespace, end at the topmost mount of "/",
    // which is the container's. But the kernel lets whoever makes a user namespace mount a proc or sysfs without masks
    // where there is one without: so none may be left. Source: runc 1.2.5 libcontainer/rootfs_linux.go msMoveRoot.
    private static void Move(Compilation compilation, IReadOnlyList<string> hidden)
    {
        const string hide = "take the host's proc and sysfs away";
        if (IsShared(compilation))
        {
            throw new SpecException("linux.rootfsPropagation",
                "mounts shared with the host need pivot_root: without, its proc and sysfs would be unmounted on the host too; "
                + "use slave or private");
        }

        var plan = compilation.Plan;
        foreach (var target in hidden)
        {
            // What came with the host's namespace is locked below a user namespace: it can only be covered.
            var call = compilation.ForeignUserNamespace
                ? plan.Call(hide, Clauses.Root, SystemCall.Mount,
                    "tmpfs", target, "tmpfs", (long)MountFlags.ReadOnly, "")
                : plan.Call(hide, Clauses.Root, SystemCall.Umount2, target, UnmountFlags.Detach);

            // Gone already with the one it was mounted in.
            call.On(target).Tolerate(Errno.ENOENT);
        }

        plan.Call(Step, Clauses.Root, SystemCall.Fchdir, compilation.Tree.Root);
        plan.Call(Step, Clauses.Root, SystemCall.MoveMount, compilation.Tree.Root, "",
            KernelValues.WorkingDirectory, "/", MoveMountFlags.FromEmptyPath);
        plan.Call(Step, Clauses.Root, SystemCall.Chroot, ".");
    }
}
