using System.Runtime.InteropServices;

namespace ShimService.Linux.Native;

/// <summary>
/// The descriptor table of a thread that has one of its own. Raw numbers only: no handle may own them.
/// </summary>
internal static partial class NativeDescriptorTable
{
    private const int CloneFiles = 0x400;

    [LibraryImport("libc", EntryPoint = "unshare", SetLastError = true)]
    private static partial int Unshare(int flags);

    /// <summary>
    /// From now on the calling thread has a copy of the table, and nothing it opens is seen by others.
    /// </summary>
    public static void MakePrivate() => Kernel.Check(Unshare(CloneFiles), "unshare", "descriptor table");

    /// <summary>Opens a pidfd of a process, as a number of the calling thread's table.</summary>
    public static int OpenProcess(int pid) => (int)Kernel.Check(
        NativePidfd.Call(NativePidfd.SYS_pidfd_open, pid, 0, 0), "pidfd_open", "this process");

    /// <summary>Fetches a descriptor of the process's common table into the calling thread's.</summary>
    public static int Fetch(int process, int number) => (int)Kernel.Check(
        NativePidfd.Call(NativePidfd.SYS_pidfd_getfd, process, number, 0), "pidfd_getfd", "a descriptor of a launch");
}
