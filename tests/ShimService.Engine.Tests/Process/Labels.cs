using System.ComponentModel;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;

namespace ShimService.Engine.Tests.Process;

/// <summary>What SELinux has labelled things with.</summary>
internal static unsafe partial class Labels
{
    /// <summary>A file's, or a file system's.</summary>
    public static string OfFile(string path)
    {
        var buffer = stackalloc byte[256];
        return Text(buffer, lgetxattr(Terminated(path), Terminated("security.selinux"), buffer, 256));
    }

    /// <summary>A key's, by its serial as /proc/keys shows it.</summary>
    public static string OfKey(string serial)
    {
        const int getSecurity = 17;
        var buffer = stackalloc byte[256];
        var number = int.Parse(serial, NumberStyles.HexNumber, CultureInfo.InvariantCulture);
        return Text(buffer, (nint)syscall(KeyControl, getSecurity, number, (nint)buffer, 256));
    }

    private static long KeyControl => RuntimeInformation.ProcessArchitecture == Architecture.X64 ? 250 : 219;

    private static string Text(byte* buffer, nint length) =>
        length < 0 ? throw new Win32Exception() : Encoding.UTF8.GetString(buffer, (int)length).TrimEnd('\0');

    private static byte[] Terminated(string text) => Encoding.UTF8.GetBytes(text + '\0');

    [LibraryImport("libc", SetLastError = true)]
    private static partial nint lgetxattr(byte[] path, byte[] name, byte* value, nuint size);

    [LibraryImport("libc", SetLastError = true)]
    private static partial long syscall(long number, nint command, nint id, nint buffer, nint size);
}
