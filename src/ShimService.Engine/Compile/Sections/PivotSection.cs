using ShimService.Linux.Abi;
using ShimService.Linux.Errors;
using ShimService.Linux.Launch;

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
        plan.Call(Step, Clauses.Root, SystemCall.Fchdir, compilation.Tree.Root);
        plan.Call(Step, Clauses.Root, SystemCall.PivotRoot, ".", ".");
        plan.Call("detach the host's mounts", Clauses.Root, SystemCall.Umount2, ".", UnmountFlags.Detach);
    }

    // The host's mounts stay below. ".." at the root, and setns(2) into the namespace, end at the topmost mount of "/",
    // which is the container's. But the kernel lets whoever makes a user namespace mount a proc or sysfs without masks
    // where there is one without: so none may be left. Source: runc 1.2.5 libcontainer/rootfs_linux.go msMoveRoot.
    private static void Move(Compilation compilation, IReadOnlyList<string> hidden)
    {
        const string hide = "take the host's proc and sysfs away";
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
