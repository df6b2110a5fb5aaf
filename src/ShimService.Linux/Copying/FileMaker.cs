using ShimService.Linux.Native;

namespace ShimService.Linux.Copying;

/// <summary>
/// As whom files are made. A file system that belongs to a user namespace refuses those of users it does not know, root
/// of the host among them (EOVERFLOW): there they are made as the namespace's own root, and given away after. Source:
/// man 2 setfsuid, of the calling thread alone; while it is not 0 the thread has no power over files, so not longer
/// than for the one call.
/// </summary>
internal readonly ref struct FileMaker : IDisposable
{
    private readonly bool _isOther;

    private FileMaker(uint uid, uint gid)
    {
        _isOther = true;
        _ = TreeCalls.SetFileGroup(gid);
        _ = TreeCalls.SetFileUser(uid);
    }

    /// <summary>From now on, until it is disposed; null = as the thread does anyway.</summary>
    public static FileMaker As((uint Uid, uint Gid)? owner) =>
        owner is { } known ? new FileMaker(known.Uid, known.Gid) : default;

    public void Dispose()
    {
        if (_isOther)
        {
            _ = TreeCalls.SetFileUser(0);
            _ = TreeCalls.SetFileGroup(0);
        }
    }
}
