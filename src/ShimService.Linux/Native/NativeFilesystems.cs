using System.Runtime.InteropServices;
using ShimService.Linux.Abi;

namespace ShimService.Linux.Native;

/// <summary>A file system made by descriptor: fsopen, fsconfig, fsmount. One number everywhere. Linux ≥ 5.2.</summary>
internal static unsafe partial class NativeFilesystems
{
    private const nint OpenNumber = 430, ConfigureNumber = 431, MountNumber = 432;
    private const nint CloseOnExec = 1;

    public static int Open(byte* type) => (int)Call(OpenNumber, (nint)type, CloseOnExec, 0, 0, 0);

    public static int Configure(int context, FsconfigCommand command, byte* key, byte* value) =>
        (int)Call(ConfigureNumber, context, (nint)command, (nint)key, (nint)value, 0);

    public static int Mount(int context, nint attributes) =>
        (int)Call(MountNumber, context, CloseOnExec, attributes, 0, 0);

    [LibraryImport("libc", EntryPoint = "syscall", SetLastError = true)]
    private static partial nint Call(nint number, nint a0, nint a1, nint a2, nint a3, nint a4);
}
