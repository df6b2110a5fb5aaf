using System.Runtime.InteropServices;

namespace ShimService.Linux.Native;

/// <summary>rseq(2) of the calling thread, which has no wrapper in libc.</summary>
internal static partial class NativeSequences
{
    private const int Unregister = 1;

    [LibraryImport("libc", EntryPoint = "syscall", SetLastError = true)]
    private static partial nint Call(nint number, nint area, uint length, int flags, uint signature);

    /// <summary>False when this is not the area that was registered.</summary>
    public static bool TryUnregister(nint area, int length) => RuntimeInformation.ProcessArchitecture switch
    {
        // The number, and RSEQ_SIG of glibc's sysdeps.
        Architecture.X64 => Call(334, area, (uint)length, Unregister, 0x53053053) == 0,
        Architecture.Arm64 => Call(293, area, (uint)length, Unregister, 0xd428bc00) == 0,
        _ => false,
    };
}
