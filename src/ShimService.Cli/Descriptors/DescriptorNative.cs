using System.Runtime.InteropServices;

namespace ShimService.Cli.Descriptors;

/// <summary>
/// read and write on the descriptors we were started with. FileStream would not do: on a file it keeps a position of
/// its own (pread, pwrite), so that two streams on one file, or our caller's next program, write over each other.
/// </summary>
internal static unsafe partial class DescriptorNative
{
    [LibraryImport("libc", EntryPoint = "read", SetLastError = true)]
    public static partial nint Read(int descriptor, byte* buffer, nuint count);

    [LibraryImport("libc", EntryPoint = "write", SetLastError = true)]
    public static partial nint Write(int descriptor, byte* buffer, nuint count);

    [LibraryImport("libc", EntryPoint = "poll", SetLastError = true)]
    public static partial int Poll(PollRequest* requests, nuint count, int milliseconds);
}
