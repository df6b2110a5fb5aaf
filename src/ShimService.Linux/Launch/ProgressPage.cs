using ShimService.Linux.Native;

namespace ShimService.Linux.Launch;

/// <summary>
/// The two words a child reports through: the result of the operation that failed, and the address of the one that
/// is running. A shared object of its own for each launch, never used again: a process that shares it, the child or
/// who controls the child, sees and writes no other launch's.
/// </summary>
internal sealed unsafe class ProgressPage : IDisposable
{
    private nint _start;

    public ProgressPage() => _start = NativeMappings.CheckedMap((nuint)Environment.SystemPageSize,
        NativeMappings.ProtectRead | NativeMappings.ProtectWrite,
        NativeMappings.MapShared | NativeMappings.MapAnonymous, -1, "launch progress");

    public MemoryRange Range => new(_start, Environment.SystemPageSize);

    public long* Words => (long*)_start;

    /// <summary>The failed operation's result; 0 while none has failed.</summary>
    // SAFETY: mapped until Dispose, which the owner calls last.
    public long Result => Volatile.Read(ref Words[0]);

    /// <summary>The address of the running operation.</summary>
    // SAFETY: as above.
    public long Operation => Volatile.Read(ref Words[1]);

    public void Dispose()
    {
        if (_start != 0)
        {
            _ = NativeMappings.Unmap(_start, (nuint)Environment.SystemPageSize);
            _start = 0;
        }
    }
}
