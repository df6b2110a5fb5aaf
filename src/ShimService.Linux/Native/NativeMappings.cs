using System.Runtime.InteropServices;

namespace ShimService.Linux.Native;

/// <summary>Mappings.</summary>
internal static unsafe partial class NativeMappings
{
    public const int ProtectNone = 0, ProtectRead = 1, ProtectWrite = 2, ProtectExecute = 4;
    public const int MapShared = 1, MapPrivate = 2, MapAnonymous = 0x20, MapNoReserve = 0x4000;
    public const int AdviseDontNeed = 4, AdviseDontFork = 10, AdviseDoFork = 11;

    [LibraryImport("libc", EntryPoint = "mmap", SetLastError = true)]
    public static partial nint Map(nint address, nuint length, int protection, int flags, int fd, long offset);

    [LibraryImport("libc", EntryPoint = "munmap", SetLastError = true)]
    public static partial int Unmap(nint address, nuint length);

    [LibraryImport("libc", EntryPoint = "mprotect", SetLastError = true)]
    public static partial int Protect(nint address, nuint length, int protection);

    [LibraryImport("libc", EntryPoint = "madvise", SetLastError = true)]
    public static partial int Advise(nint address, nuint length, int advice);

    public static nint CheckedMap(nuint length, int protection, int flags, int fd, string subject)
    {
        var address = Map(0, length, protection, flags, fd, 0);
        return address != -1 ? address : throw new Errors.KernelException("mmap", Kernel.LastError, subject);
    }
}
