using System.Runtime.InteropServices;
using System.Text;
using ShimService.Linux.Abi;

namespace ShimService.Linux.Native;

/// <summary>Namespaces of the calling thread.</summary>
internal static unsafe partial class NativeNamespaces
{
    /// <summary>Thread-scoped: only on launcher threads. <paramref name="fd"/>: a pidfd or an nsfs file.</summary>
    public static void Join(int fd, NamespaceFlags kinds, string subject) =>
        Kernel.Check(SetNamespace(fd, (int)kinds), "setns", subject);

    /// <summary>Thread-scoped, as above: the thread is in new ones of these kinds from here on.</summary>
    public static void Leave(NamespaceFlags kinds) => Kernel.Check(Unshare((int)kinds), "unshare", $"{kinds}");

    /// <summary>Of the calling thread's UTS namespace.</summary>
    public static void SetHostname(string name)
    {
        var bytes = Encoding.UTF8.GetBytes(name);
        // SAFETY: pinned for the call, and its length given.
        fixed (byte* text = bytes)
        {
            Kernel.Check(SetHostname(text, (nuint)bytes.Length), "sethostname", name);
        }
    }

    /// <summary>The user namespace that owns a namespace; null when the file is none, or it is out of reach.</summary>
    public static FileDescriptor? OpenOwner(int namespaceFile)
    {
        // linux/nsfs.h: NS_GET_USERNS.
        const nuint getOwner = 0xb701;
        var owner = Control(namespaceFile, getOwner, 0);
        return owner < 0 ? null : new FileDescriptor(owner);
    }

    [LibraryImport("libc", EntryPoint = "ioctl", SetLastError = true)]
    private static partial int Control(int fd, nuint request, nint argument);

    [LibraryImport("libc", EntryPoint = "gettid", SetLastError = true)]
    public static partial int ThreadId();

    [LibraryImport("libc", EntryPoint = "setns", SetLastError = true)]
    private static partial int SetNamespace(int fd, int flags);

    [LibraryImport("libc", EntryPoint = "unshare", SetLastError = true)]
    private static partial int Unshare(int flags);

    [LibraryImport("libc", EntryPoint = "sethostname", SetLastError = true)]
    private static partial int SetHostname(byte* name, nuint length);
}
