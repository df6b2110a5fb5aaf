using ShimService.Linux.Native;

namespace ShimService.Linux.Launch;

/// <summary>
/// The memory a launcher thread encodes its plans into, private to the process: a child gets a copy of the pages it
/// reads. Used again by each launch of the thread; grows to the largest plan. Guard pages keep the kernel from
/// merging it with a neighbour, which would then be copied into the child too.
/// </summary>
internal sealed class PlanRegion : IDisposable
{
    private const int SmallestSize = 64 * 1024;

    private nint _mapping;
    private nint _mappingLength;

    public MemoryRange Range { get; private set; }

    /// <summary>Makes room for <paramref name="size"/> bytes; what was in it is lost.</summary>
    public void Reserve(int size)
    {
        if (Range.Length >= size)
        {
            return;
        }

        Dispose();
        var page = (nint)Environment.SystemPageSize;
        var length = (nint)System.Numerics.BitOperations.RoundUpToPowerOf2((nuint)Math.Max(size, SmallestSize));
        _mappingLength = length + (2 * page);
        _mapping = NativeMappings.CheckedMap((nuint)_mappingLength, NativeMappings.ProtectNone,
            NativeMappings.MapPrivate | NativeMappings.MapAnonymous | NativeMappings.MapNoReserve, -1, "launch plan");
        Kernel.Check(NativeMappings.Protect(_mapping + page, (nuint)length,
            NativeMappings.ProtectRead | NativeMappings.ProtectWrite), "mprotect", "launch plan");
        Range = new MemoryRange(_mapping + page, length);
    }

    public void Dispose()
    {
        if (_mapping != 0)
        {
            _ = NativeMappings.Unmap(_mapping, (nuint)_mappingLength);
            _mapping = 0;
            Range = default;
        }
    }
}
