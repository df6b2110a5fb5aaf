using System.Runtime.InteropServices;
using ShimService.Linux.Abi;

namespace ShimService.Linux.Native;

/// <summary>Namespaces of the calling thread.</summary>
internal static partial class NativeNamespaces
{
    [LibraryImport("libc", EntryPoint = "setns", SetLastError = true)]
    private static partial int SetNamespace(int fd, int flags);

    /// <summary>Thread-scoped: only on launcher threads. <paramref name="fd"/>: a pidfd or an nsfs file.</summary>
    public static void Join(int fd, NamespaceFlags kinds, string subject) =>
        Kernel.Check(SetNamespace(fd, (int)kinds), "setns", subject);
}
