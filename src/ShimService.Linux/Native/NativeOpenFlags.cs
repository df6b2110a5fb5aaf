using System.Runtime.InteropServices;
using ShimService.Linux.Abi;

namespace ShimService.Linux.Native;

/// <summary>
/// aarch64 numbers two open flags otherwise than x86_64, after which <see cref="OpenFlags"/> is numbered.
/// Source: arch/arm64/include/uapi/asm/fcntl.h.
/// </summary>
internal static class NativeOpenFlags
{
    private const int DirectoryOnArm64 = 0x4000, NoFollowOnArm64 = 0x8000;

    public static int Translate(OpenFlags flags) => Translate(flags, RuntimeInformation.ProcessArchitecture);

    public static int Translate(OpenFlags flags, Architecture architecture)
    {
        if (architecture != Architecture.Arm64)
        {
            return (int)flags;
        }

        var native = (int)(flags & ~(OpenFlags.Directory | OpenFlags.NoFollow));
        native |= (flags & OpenFlags.Directory) != 0 ? DirectoryOnArm64 : 0;
        return native | ((flags & OpenFlags.NoFollow) != 0 ? NoFollowOnArm64 : 0);
    }
}
