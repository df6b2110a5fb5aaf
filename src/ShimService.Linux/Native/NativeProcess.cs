using System.Runtime.InteropServices;

namespace ShimService.Linux.Native;

/// <summary>Settings of the whole process.</summary>
internal static unsafe partial class NativeProcess
{
    [LibraryImport("libc", EntryPoint = "prctl", SetLastError = true)]
    public static partial int Control(int option, nint a2, nint a3, nint a4, nint a5);

    public static int AllowedCpus()
    {
        // CPU_SETSIZE is 1024, the largest kernel has 8192; the C library clears what the kernel does not write.
        var mask = stackalloc ulong[128];
        // SAFETY: the buffer is as long as said.
        Kernel.Check(GetAffinity(0, 1024, mask), "sched_getaffinity", "this thread");
        var count = 0;
        for (var i = 0; i < 128; i++)
        {
            count += System.Numerics.BitOperations.PopCount(mask[i]);
        }

        return count;
    }

    public static int OnlineCpus()
    {
        const int _SC_NPROCESSORS_ONLN = 84;
        return (int)Configuration(_SC_NPROCESSORS_ONLN);
    }

    [LibraryImport("libc", EntryPoint = "sched_getaffinity", SetLastError = true)]
    private static partial int GetAffinity(int pid, nuint size, ulong* mask);

    [LibraryImport("libc", EntryPoint = "sysconf", SetLastError = true)]
    private static partial nint Configuration(int name);

    [LibraryImport("libc", EntryPoint = "geteuid")]
    public static partial uint UserId();

    [LibraryImport("libc", EntryPoint = "getppid", SetLastError = true)]
    public static partial int ParentId();
}
