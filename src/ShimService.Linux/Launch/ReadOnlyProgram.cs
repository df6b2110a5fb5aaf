using ShimService.Linux.Abi;
using ShimService.Linux.Native;

namespace ShimService.Linux.Launch;

/// <summary>
/// A program on a read-only copy of the mount it lies on. The copy is attached nowhere and lasts as long as a process
/// runs from it. Whoever gets hold of such a process's /proc/PID/exe, as a container does of a child of the shim that
/// has not executed yet, cannot open it for writing, whatever its capabilities and however long it keeps it
/// (CVE-2019-5736). The page cache is the file's own, which a copy in memory would not share.
///
/// What runs from it finds itself at "/NAME": nothing may be looked up beside the executable.
/// Source: man 2 open_tree, man 2 mount_setattr, Linux ≥ 5.12.
/// </summary>
public sealed unsafe class ReadOnlyProgram : IDisposable
{
    private ReadOnlyProgram(FileDescriptor directory, string name)
    {
        Directory = directory;
        Name = name;
    }

    /// <summary>The directory in its copy.</summary>
    public FileDescriptor Directory { get; }

    /// <summary>Of the file in it.</summary>
    public string Name { get; }

    /// <param name="path">Absolute, without links: as /proc/self/exe tells it.</param>
    /// <returns>null when this kernel, or a filter around the process, refuses to copy mounts.</returns>
    public static ReadOnlyProgram? TryOpen(string path)
    {
        const TreeFlags copy = TreeFlags.Clone | TreeFlags.CloseOnExec | TreeFlags.Recursive;
        const TreeFlags whole = TreeFlags.EmptyPath | TreeFlags.Recursive;
        var slash = path.LastIndexOf('/');
        // SAFETY: a NUL-terminated path, pinned for the call.
        fixed (byte* directory = NativeText.Encode(slash <= 0 ? "/" : path[..slash]))
        {
            var tree = NativeMounts.OpenTree(directory, (int)copy);
            if (tree < 0)
            {
                return null;
            }

            var opened = new FileDescriptor(tree);
            // SAFETY: struct mount_attr { attr_set, attr_clr, propagation, userns_fd }.
            var attributes = stackalloc ulong[4];
            attributes[0] = (ulong)(MountAttributes.ReadOnly | MountAttributes.NoSetuid | MountAttributes.NoDevices);
            if (NativeMounts.SetAttributes(tree, (int)whole, attributes) < 0)
            {
                opened.Dispose();
                return null;
            }

            return new ReadOnlyProgram(opened, path[(slash + 1)..]);
        }
    }

    public void Dispose() => Directory.Dispose();
}
