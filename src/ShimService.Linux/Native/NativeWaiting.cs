using System.Runtime.InteropServices;

namespace ShimService.Linux.Native;

/// <summary>waitid and the parts of siginfo_t it fills in.</summary>
internal static unsafe partial class NativeWaiting
{
    public const int All = 0, ByPid = 1, ByPidFd = 3;
    public const int NoHang = 1, Exited = 4, NoWait = 0x01000000;

    /// <summary>si_code of a child that returned or called exit; every other code is a signal.</summary>
    public const int CodeExited = 1;

    /// <summary>sizeof(siginfo_t).</summary>
    public const int InfoSize = 128;

    /// <summary>Offsets of si_code, si_pid and si_status on 64-bit machines.</summary>
    public const int CodeOffset = 8, PidOffset = 16, StatusOffset = 24;

    [LibraryImport("libc", EntryPoint = "waitid", SetLastError = true)]
    public static partial int Wait(int kind, int id, byte* info, int options);
}
