using System.Runtime.InteropServices;
using ShimService.Linux.Native;

namespace ShimService.Linux;

/// <summary>
/// An owned descriptor, closed once. Everything in this project that holds a descriptor holds one of these.
/// </summary>
public sealed class FileDescriptor : SafeHandle
{
    public FileDescriptor()
        : base(-1, ownsHandle: true)
    {
    }

    /// <summary>Takes ownership of <paramref name="number"/>.</summary>
    public FileDescriptor(int number)
        : base(-1, ownsHandle: true) =>
        SetHandle(number);

    public override bool IsInvalid => handle < 0;

    /// <summary>The number, valid while this object is held and not disposed.</summary>
    public int Number => (int)handle;

    // A close that reports EINTR has closed all the same on Linux; repeating it could close another's descriptor.
    protected override bool ReleaseHandle() => NativeFile.Close((int)handle) == 0;
}
