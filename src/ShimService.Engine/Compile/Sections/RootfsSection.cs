using ShimService.Engine.Compile.Mounts;
using ShimService.Linux.Abi;
using ShimService.Linux.Launch;
using ShimService.Oci.Model;

namespace ShimService.Engine.Compile.Sections;

/// <summary>Cuts the mounts off from the host's, and makes the root directory a mount that can become "/".</summary>
internal static class RootfsSection
{
    internal static void Append(Compilation compilation)
    {
        var plan = compilation.Plan;
        var root = compilation.Input.RootPath;
        CutOff(compilation);
        var tree = plan.Call("open the root filesystem", Clauses.Root, SystemCall.OpenTree,
            KernelValues.WorkingDirectory, root,
            TreeFlags.Clone | TreeFlags.Recursive | TreeFlags.SymlinkNoFollow | TreeFlags.CloseOnExec);
        plan.Call("mount the root filesystem", Clauses.Root, SystemCall.MoveMount, tree, "",
            KernelValues.WorkingDirectory, root, MoveMountFlags.FromEmptyPath).On(root);
        compilation.Tree.Root = tree;
    }

    private static void CutOff(Compilation compilation)
    {
        const string step = "cut mounts off from the host";
        switch (compilation.Spec.Linux.RootfsPropagation)
        {
            case RootfsPropagation.Shared:
                Share(compilation, PathFlags.None);
                break;
            case RootfsPropagation.RecursiveShared:
                Share(compilation, PathFlags.Recursive);
                break;
            case RootfsPropagation.Default or RootfsPropagation.Slave or RootfsPropagation.RecursiveSlave:
                // Below a new user namespace the kernel has made every mount a slave already.
                if (!compilation.NewUserNamespace)
                {
                    Set(compilation, step, "/", PathFlags.Recursive, MountFlags.Slave);
                }

                break;

            // Unbindable is said when there is nothing more to be bound.
            default:
                Set(compilation, step, "/", PathFlags.Recursive, MountFlags.Private);
                break;
        }
    }

    // Everything else stays as the host has it, so that a bound directory goes on sharing with its source. What holds
    // the root directory may not: the root would be mounted on the host too, and pivot_root refuses it.
    private static void Share(Compilation compilation, PathFlags recursive)
    {
        Set(compilation, "share mounts with the host", "/", recursive, MountFlags.Shared);
        Set(compilation, "cut the root filesystem off from the host", compilation.Input.RootMount, PathFlags.None,
            MountFlags.Private);
    }

    /// <summary>What the root has to be in the end, and could not be before it was the root.</summary>
    internal static void Finish(Compilation compilation)
    {
        var (propagation, recursive) = compilation.Spec.Linux.RootfsPropagation switch
        {
            RootfsPropagation.Shared => (MountFlags.Shared, PathFlags.None),
            RootfsPropagation.RecursiveShared => (MountFlags.Shared, PathFlags.Recursive),
            RootfsPropagation.Unbindable => (MountFlags.Unbindable, PathFlags.None),
            RootfsPropagation.RecursiveUnbindable => (MountFlags.Unbindable, PathFlags.Recursive),
            _ => default,
        };
        if (propagation != MountFlags.None)
        {
            Set(compilation, "set the propagation of the root", "/", recursive, propagation);
        }
    }

    private static void Set(
        Compilation compilation, string step, string path, PathFlags recursive, MountFlags propagation) =>
        compilation.Plan.Call(step, Clauses.Propagation, SystemCall.MountSetattr, KernelValues.WorkingDirectory, path,
            recursive, MountAttributeBlock.Make(propagation: (long)propagation), MountAttributeBlock.Size);
}
