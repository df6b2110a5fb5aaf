using System.Runtime.InteropServices;
using ShimService.Linux.Abi;

namespace ShimService.Linux.Native;

/// <summary>Namespaces of the calling thread.</summary>
internal static partial class NativeNamespaces
{
    [LibraryImport("libc", EntryPoint = "setns", SetLastError = true)]
    private static partial int SetNamespace(int fd, int flags);

    [LibraryImport("libc", EntryPoint = "unshare", SetLastError = true)]
    private static partial int Unshare(int flags);

    /// <summary>
    /// From now on the calling thread has a root, a working directory and a umask of its own: without them it may join
    /// no mount namespace. Nothing more to do when it has.
    /// </summary>
    public static void MakeRootPrivate() => Kernel.Check(Unshare(0x200), "unshare", "root and working directory");

    /// <summary>Thread-scoped: only on launcher threads. <paramref name="fd"/>: a pidfd or an nsfs file.</summary>
    public static void Join(int fd, NamespaceFlags kinds, string subject) =>
        Kernel.Check(SetNamespace(fd, (int)kinds), "setns", subject);
}
