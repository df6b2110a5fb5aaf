using System.ComponentModel;
using System.Runtime.InteropServices;
using System.Text;

namespace ShimService.Engine.Tests.Specs;

/// <summary>Owners of files, on the host.</summary>
internal static unsafe partial class HostFiles
{
    public static void Chown(string path, uint uid, uint gid)
    {
        if (lchown(Encoding.UTF8.GetBytes(path + '\0'), uid, gid) != 0)
        {
            throw new Win32Exception();
        }
    }

    /// <summary>"uid gid".</summary>
    public static string Owner(string path)
    {
        // struct statx: stx_uid and stx_gid at 20 and 24.
        const int workingDirectory = -100, noFollow = 0x100, basic = 0x7ff;
        var status = stackalloc uint[64];
        if (statx(workingDirectory, Encoding.UTF8.GetBytes(path + '\0'), noFollow, basic, status) != 0)
        {
            throw new Win32Exception();
        }

        return $"{status[5]} {status[6]}";
    }

    /// <summary>A character device that everybody may use.</summary>
    public static void MakeNode(string path, uint major, uint minor)
    {
        const uint characterDevice = 0x2000 | 0x1B6;
        if (mknod(Encoding.UTF8.GetBytes(path + '\0'), characterDevice, (major << 8) | minor) != 0)
        {
            throw new Win32Exception();
        }
    }

    /// <summary>Two names change places at once.</summary>
    public static void Exchange(string first, string second)
    {
        const int workingDirectory = -100;
        const uint exchange = 2;
        _ = renameat2(workingDirectory, Encoding.UTF8.GetBytes(first + '\0'), workingDirectory,
            Encoding.UTF8.GetBytes(second + '\0'), exchange);
    }

    [LibraryImport("libc", SetLastError = true)]
    private static partial int renameat2(int from, byte[] first, int to, byte[] second, uint flags);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int mknod(byte[] path, uint mode, ulong device);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int lchown(byte[] path, uint uid, uint gid);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int statx(int directory, byte[] path, int flags, uint mask, uint* status);
}
