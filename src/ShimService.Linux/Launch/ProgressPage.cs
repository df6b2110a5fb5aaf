using ShimService.Linux.Native;

namespace ShimService.Linux.Launch;

/// <summary>
/// The two words a child reports through: the result of the operation that failed, and the address of the one that
/// is running. A shared object of its own for each launch, never used again: a process that shares it, the child or
/// who controls the child, sees and writes no other launch's.
///
/// A launch by a helper has a second page, which only this process and the helper have: there the kernel writes the
/// pid of the helper's child.
/// </summary>
internal sealed unsafe class ProgressPage : IDisposable
{
    private readonly nint _length;
    private nint _start;

    /// <param name="tellsPid">Whether there is a process between this one and the one that matters.</param>
    public ProgressPage(bool tellsPid)
    {
        _length = Environment.SystemPageSize * (tellsPid ? 2 : 1);
        _start = NativeMappings.CheckedMap((nuint)_length,
            NativeMappings.ProtectRead | NativeMappings.ProtectWrite,
            NativeMappings.MapShared | NativeMappings.MapAnonymous, -1, "launch progress");
    }

    public MemoryRange Range => new(_start, _length);

    /// <summary>Of the second page; 0 without one.</summary>
    public nint ChildPidAddress => _length > Environment.SystemPageSize ? _start + Environment.SystemPageSize : 0;

    /// <summary>The pid of the helper's child in this process's pid namespace; 0 while there is none.</summary>
    // SAFETY: mapped until Dispose, which the owner calls last; the kernel writes an int at the page's start.
    public int ChildPid => ChildPidAddress is not 0 and var address ? Volatile.Read(ref *(int*)address) : 0;

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
            _ = NativeMappings.Unmap(_start, (nuint)_length);
            _start = 0;
        }
    }
}
