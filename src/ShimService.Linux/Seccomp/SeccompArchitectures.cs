using System.Runtime.InteropServices;

namespace ShimService.Linux.Seccomp;

/// <summary>What is known of each <see cref="SeccompArchitecture"/>. Source: include/uapi/linux/audit.h.</summary>
internal static class SeccompArchitectures
{
    private const uint LittleEndian = 0x40000000;
    private const uint SixtyFourBit = 0x80000000;

    /// <summary>The architecture this process runs on. Errors: PlatformNotSupportedException.</summary>
    public static SeccompArchitecture Native => RuntimeInformation.ProcessArchitecture switch
    {
        Architecture.X64 => SeccompArchitecture.X64,
        Architecture.Arm64 => SeccompArchitecture.Arm64,
        Architecture other => throw new PlatformNotSupportedException(
            $"system call filters are made for x86_64 and aarch64, not for {other}"),
    };

    /// <summary>The value of seccomp_data.arch. x64 and x32 share it, and differ in a bit of the number.</summary>
    public static uint Token(SeccompArchitecture architecture) => architecture switch
    {
        SeccompArchitecture.X64 or SeccompArchitecture.X32 => 62 | SixtyFourBit | LittleEndian,
        SeccompArchitecture.X86 => 3 | LittleEndian,
        SeccompArchitecture.Arm64 => 183 | SixtyFourBit | LittleEndian,
        SeccompArchitecture.Arm => 40 | LittleEndian,
        _ => throw new ArgumentOutOfRangeException(nameof(architecture)),
    };

    /// <summary>Whether arguments are compared in all 64 bits; else in the low 32, as libseccomp does.</summary>
    public static bool IsWide(SeccompArchitecture architecture) =>
        architecture is SeccompArchitecture.X64 or SeccompArchitecture.Arm64;

    /// <summary>
    /// Whether a kernel of the machine can run such calls at all; others need no place in the filter.
    /// </summary>
    public static bool RunsOn(SeccompArchitecture architecture, SeccompArchitecture machine) =>
        IsArm(architecture) == IsArm(machine);

    private static bool IsArm(SeccompArchitecture architecture) =>
        architecture is SeccompArchitecture.Arm64 or SeccompArchitecture.Arm;
}
