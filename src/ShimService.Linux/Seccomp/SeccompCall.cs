namespace ShimService.Linux.Seccomp;

/// <summary>A system call as a filter sees it. Source: struct seccomp_data, include/uapi/linux/seccomp.h.</summary>
public readonly record struct SeccompCall(
    uint Number, uint Architecture, ulong A0, ulong A1, ulong A2, ulong A3, ulong A4, ulong A5)
{
    /// <summary>A call of this machine's own architecture.</summary>
    public static SeccompCall Native(
        uint number, ulong a0 = 0, ulong a1 = 0, ulong a2 = 0, ulong a3 = 0, ulong a4 = 0, ulong a5 = 0) =>
        new(number, SeccompArchitectures.Token(SeccompArchitectures.Native), a0, a1, a2, a3, a4, a5);

    internal ulong Argument(int index) => index switch
    {
        0 => A0,
        1 => A1,
        2 => A2,
        3 => A3,
        4 => A4,
        _ => A5,
    };
}
