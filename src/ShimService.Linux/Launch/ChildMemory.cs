using ShimService.Linux.Native;

namespace ShimService.Linux.Launch;

/// <summary>
/// The memory that the children of one launcher thread run in, private to each: a head that the thread writes before
/// each clone (clone_args and the first operations, which receive the plan), and behind it room for the plan, which
/// this process never touches. Guard pages keep the kernel from merging it with a neighbour, which would then be copied
/// into the child too.
/// </summary>
internal sealed class ChildMemory : IDisposable
{
    /// <summary>For the first operations.</summary>
    public const int HeadLength = 4096;

    /// <summary>
    /// For a plan: more than twice what execve takes in arguments and environment. Costs nothing unused.
    /// </summary>
    public const int PlanLength = 16 << 20;

    private readonly nint _mappingLength;
    private nint _mapping;

    public ChildMemory()
    {
        var page = (nint)Environment.SystemPageSize;
        var head = Math.Max(HeadLength, page);
        var length = head + PlanLength;
        _mappingLength = length + (2 * page);
        _mapping = NativeMappings.CheckedMap((nuint)_mappingLength, NativeMappings.ProtectNone,
            NativeMappings.MapPrivate | NativeMappings.MapAnonymous | NativeMappings.MapNoReserve, -1, "launch memory");
        Kernel.Check(NativeMappings.Protect(_mapping + page, (nuint)length,
            NativeMappings.ProtectRead | NativeMappings.ProtectWrite), "mprotect", "launch memory");
        Range = new MemoryRange(_mapping + page, length);
        Plan = Range.Start + head;
    }

    public MemoryRange Range { get; }

    public nint Head => Range.Start;

    /// <summary>Where a child has its plan.</summary>
    public nint Plan { get; }

    public void Dispose()
    {
        if (_mapping != 0)
        {
            _ = NativeMappings.Unmap(_mapping, (nuint)_mappingLength);
            _mapping = 0;
        }
    }
}
