using System.Runtime.InteropServices;
using ShimService.Linux.Native;

namespace ShimService.Linux.Launch;

/// <summary>
/// The calling thread's rseq area, which glibc ≥ 2.35 registers for every thread. Without it glibc asks the kernel
/// where it would have looked there (sched_getcpu). Source: man 2 rseq.
/// </summary>
internal static unsafe class RestartableSequences
{
    // What glibc 2.35 to 2.39 register; later ones register as much as they say in __rseq_size, or more.
    private const int SmallestArea = 32;

    /// <summary>
    /// Gives the area up. Answers the pages that hold it when that is refused; empty when it worked, or there is none
    /// (musl, or switched off).
    /// </summary>
    public static MemoryRange Release()
    {
        var libc = NativeLibrary.GetMainProgramHandle();
        if (!NativeLibrary.TryGetExport(libc, "__rseq_offset", out var offset)
            || !NativeLibrary.TryGetExport(libc, "__rseq_size", out var size)
            || Size(size) == 0)
        {
            return default;
        }

        var length = Math.Max(SmallestArea, (int)Size(size));

        // SAFETY: glibc exports the offset as a constant ptrdiff_t.
        var area = LaunchStub.ThreadPointer() + *(nint*)offset;
        if (NativeSequences.TryUnregister(area, SmallestArea) || NativeSequences.TryUnregister(area, length))
        {
            return default;
        }

        var page = (nint)Environment.SystemPageSize;
        var start = area & ~(page - 1);
        var end = (area + length + page - 1) & ~(page - 1);
        return new MemoryRange(start, end - start);
    }

    // SAFETY: glibc exports the size as a constant unsigned int; 0 = not registered.
    private static uint Size(nint symbol) => *(uint*)symbol;
}
