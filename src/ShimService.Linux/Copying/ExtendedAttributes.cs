using ShimService.Linux.Errors;
using ShimService.Linux.Native;

namespace ShimService.Linux.Copying;

/// <summary>Extended attributes from one file to another. Source: man 7 xattr.</summary>
internal static unsafe class ExtendedAttributes
{
    // XATTR_LIST_MAX and XATTR_SIZE_MAX of linux/limits.h.
    private const int Largest = 65536;

    /// <summary>
    /// A file system without attributes has none to give and takes none. Errors: KernelException with the path.
    /// </summary>
    public static void Copy(FileDescriptor from, FileDescriptor to, string path)
    {
        nint length;

        // SAFETY: asks for the size alone.
        length = TreeCalls.ListAttributes(from.Number, null, 0);
        if (length <= 0)
        {
            Passing(length, "flistxattr", path);
            return;
        }

        var names = new byte[Math.Min((int)length + 256, Largest)];

        // SAFETY: pinned for the calls, with its length; every name in the list ends with a NUL.
        fixed (byte* list = names)
        {
            length = TreeCalls.ListAttributes(from.Number, list, (nuint)names.Length);
            Passing(length, "flistxattr", path);
            for (nint at = 0; at < length; at++)
            {
                var start = at;
                while (list[at] != 0)
                {
                    at++;
                }

                CopyOne(from, to, list + start, path);
            }
        }
    }

    private static void CopyOne(FileDescriptor from, FileDescriptor to, byte* name, string path)
    {
        // What overlayfs notes for itself says nothing outside of it.
        if (IsOverlays(name))
        {
            return;
        }

        var value = new byte[Largest];

        // SAFETY: pinned for the calls, with its length; the name is a NUL-terminated part of the caller's list.
        fixed (byte* content = value)
        {
            var size = TreeCalls.GetAttribute(from.Number, name, content, Largest);
            if (Passing(size, "fgetxattr", path))
            {
                Passing(TreeCalls.SetAttribute(to.Number, name, content, (nuint)size, 0), "fsetxattr", path);
            }
        }
    }

    private static bool IsOverlays(byte* name)
    {
        var prefix = "trusted.overlay."u8;
        for (var i = 0; i < prefix.Length; i++)
        {
            if (name[i] != prefix[i])
            {
                return false;
            }
        }

        return true;
    }

    // False when there is no such thing here. An attribute can also go between being listed and being read.
    private static bool Passing(nint result, string call, string path)
    {
        if (result >= 0)
        {
            return true;
        }

        return Kernel.LastError is Errno.EOPNOTSUPP or Errno.ENODATA
            ? false
            : throw new KernelException(call, Kernel.LastError, path);
    }
}
