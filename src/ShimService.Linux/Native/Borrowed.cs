
namespace ShimService.Linux.Native;

/// <summary>
/// A handle's number for the length of a call, during which the handle cannot be closed under it. Without a handle:
/// AT_FDCWD, so that an absolute path is looked up from the root.
/// </summary>
internal readonly ref struct Borrowed
{
    private const int CurrentDirectory = -100;

    private readonly FileDescriptor? _handle;

    public Borrowed(FileDescriptor? handle)
    {
        Number = CurrentDirectory;
        if (handle is not null)
        {
            bool held = false;
            handle.DangerousAddRef(ref held);
            _handle = handle;
            Number = handle.Number;
        }
    }

    public int Number { get; }

    public void Dispose() => _handle?.DangerousRelease();
}
