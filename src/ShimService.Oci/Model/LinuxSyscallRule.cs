namespace ShimService.Oci.Model;

/// <summary>
/// One rule for a group of system calls. All of <see cref="Args"/> must match, except that several conditions on one
/// argument index are alternatives, as every runtime reads them.
/// </summary>
public sealed record LinuxSyscallRule
{
    public IReadOnlyList<string> Names { get; init; } = [];

    public SeccompAction Action { get; init; }

    /// <summary>Only with <see cref="SeccompAction.Errno"/> and <see cref="SeccompAction.Trace"/>.</summary>
    public uint? ErrnoRet { get; init; }

    public IReadOnlyList<LinuxSeccompArg> Args { get; init; } = [];
}
