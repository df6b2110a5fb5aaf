namespace ShimService.Oci.Model;

/// <summary>A system call filter. Source: OCI runtime-spec 1.3.0 config-linux.md#seccomp.</summary>
public sealed record LinuxSeccomp
{
    public SeccompAction DefaultAction { get; init; }

    /// <summary>
    /// Only with <see cref="SeccompAction.Errno"/> and <see cref="SeccompAction.Trace"/>; null = EPERM.
    /// </summary>
    public uint? DefaultErrnoRet { get; init; }

    /// <summary>"SCMP_ARCH_X86_64" and so on; the machine's own architecture is always filtered.</summary>
    public IReadOnlyList<string> Architectures { get; init; } = [];

    /// <summary>Null when absent (the default flag applies), which is not the same as empty (no flag at all).</summary>
    public IReadOnlyList<SeccompFlag>? Flags { get; init; }

    public string ListenerPath { get; init; } = "";

    public string ListenerMetadata { get; init; } = "";

    public IReadOnlyList<LinuxSyscallRule> Syscalls { get; init; } = [];
}
