using System.Runtime.InteropServices;

namespace ShimService.Linux.Launch;

/// <summary>The calling thread's rseq area, which glibc ≥ 2.35 registers for every thread.</summary>
internal static unsafe class RestartableSequences
{
    // What the kernel registered at least; glibc counts only the fields in use (man 2 rseq).
    private const int SmallestArea = 32;

    /// <summary>The pages that hold the calling thread's area; empty when there is none (musl, or switched off).</summary>
    public static MemoryRange Range()
    {
        var libc = NativeLibrary.GetMainProgramHandle();
        if (!NativeLibrary.TryGetExport(libc, "__rseq_offset", out var offset)
            || !NativeLibrary.TryGetExport(libc, "__rseq_size", out var size)
            || Size(size) == 0)
        {
            return default;
        }

        var length = Math.Max(SmallestArea, (int)Size(size));

        var page = (nint)Environment.SystemPageSize;
        // SAFETY: glibc exports the offset as a constant ptrdiff_t.
        var area = LaunchStub.ThreadPointer() + *(nint*)offset;
        var start = area & ~(page - 1);
        var end = (area + length + page - 1) & ~(page - 1);
        return new MemoryRange(start, end - start);
    }

    // SAFETY: glibc exports the size as a constant unsigned int; 0 = not registered.
    private static uint Size(nint symbol) => *(uint*)symbol;
}
