using ShimService.Linux.Abi;
using ShimService.Linux.Errors;
using ShimService.Linux.Native;

namespace ShimService.Linux;

/// <summary>
/// A copy of a mount that is attached nowhere, until it is. Only such a one takes a mapping of ids.
/// Not thread-safe. Source: man 2 open_tree, man 2 mount_setattr, Linux ≥ 5.12.
/// </summary>
public sealed unsafe class MountTree : IDisposable
{
    private readonly FileDescriptor _tree;
    private readonly string _path;

    private MountTree(FileDescriptor tree, string path)
    {
        _tree = tree;
        _path = path;
    }

    /// <summary>A copy of what <paramref name="path"/> shows, without what is mounted below it.</summary>
    /// <remarks>Errors: KernelException with the path.</remarks>
    public static MountTree Copy(string path)
    {
        // SAFETY: a NUL-terminated path, pinned for the call.
        fixed (byte* text = NativeText.Encode(path))
        {
            var tree = NativeMounts.OpenTree(text, (int)(TreeFlags.Clone | TreeFlags.CloseOnExec));
            return new MountTree(new FileDescriptor(Kernel.Check(tree, "open_tree", path)), path);
        }
    }

    /// <summary>Shows owners through the maps of a user namespace. Errors: KernelException with the path.</summary>
    public void MapIds(FileDescriptor userNamespace, bool readOnly = false)
    {
        // SAFETY: struct mount_attr { attr_set, attr_clr, propagation, userns_fd }.
        var attributes = stackalloc ulong[4];
        attributes[0] = (ulong)(MountAttributes.MappedIds | (readOnly ? MountAttributes.ReadOnly : 0));
        attributes[3] = (ulong)userNamespace.Number;
        if (NativeMounts.SetAttributes(_tree.Number, (int)TreeFlags.EmptyPath, attributes) < 0)
        {
            throw new KernelException("mount_setattr", Kernel.LastError, _path,
                "its file system takes no mapping of ids, or has one already; leave uidmap and gidmap out");
        }
    }

    /// <summary>Makes it a mount at <paramref name="target"/>. Errors: KernelException with the target.</summary>
    public void Attach(string target)
    {
        // SAFETY: a NUL-terminated path, pinned for the call.
        fixed (byte* text = NativeText.Encode(target))
        {
            Kernel.Check(NativeMounts.Attach(_tree.Number, text), "move_mount", target);
        }
    }

    public void Dispose() => _tree.Dispose();
}
