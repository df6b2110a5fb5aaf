namespace ShimService.Linux.Seccomp;

/// <summary>
/// A calling convention a filter can tell apart. The order is the order of columns in <see cref="SyscallNumbers"/>.
/// </summary>
public enum SeccompArchitecture
{
    X64,
    X86,
    X32,
    Arm64,
    Arm,
}
