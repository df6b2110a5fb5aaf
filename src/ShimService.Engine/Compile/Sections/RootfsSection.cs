using ShimService.Engine.Compile.Mounts;
using ShimService.Linux.Abi;
using ShimService.Linux.Launch;
using ShimService.Oci.Model;

namespace ShimService.Engine.Compile.Sections;

/// <summary>Cuts the mounts off from the host's, and makes the root directory a mount that can become "/".</summary>
internal static class RootfsSection
{
    private const long Slave = 0x80000;
    private const long Private = 0x40000;

    internal static void Append(Compilation compilation)
    {
        var plan = compilation.Plan;
        var root = compilation.Input.RootPath;

        // Below a new user namespace the kernel has made every mount a slave already.
        var propagation = compilation.Spec.Linux.RootfsPropagation switch
        {
            RootfsPropagation.Private or RootfsPropagation.RecursivePrivate => Private,
            _ when compilation.NewUserNamespace => 0,
            _ => Slave,
        };
        if (propagation != 0)
        {
            plan.Call("cut mounts off from the host", Clauses.Propagation, SystemCall.MountSetattr,
                KernelValues.WorkingDirectory, "/", PathFlags.Recursive,
                MountAttributeBlock.Make(propagation: propagation), MountAttributeBlock.Size);
        }

        var tree = plan.Call("open the root filesystem", Clauses.Root, SystemCall.OpenTree,
            KernelValues.WorkingDirectory, root,
            TreeFlags.Clone | TreeFlags.Recursive | TreeFlags.SymlinkNoFollow | TreeFlags.CloseOnExec);
        plan.Call("mount the root filesystem", Clauses.Root, SystemCall.MoveMount, tree, "",
            KernelValues.WorkingDirectory, root, MoveMountFlags.FromEmptyPath).On(root);
        compilation.Tree.Root = tree;
    }
}
