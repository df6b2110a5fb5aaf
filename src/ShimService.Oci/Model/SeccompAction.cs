namespace ShimService.Oci.Model;

/// <summary>What happens to a system call that matches; SCMP_ACT_KILL is <see cref="KillThread"/>.</summary>
public enum SeccompAction
{
    KillThread,
    KillProcess,
    Trap,
    Errno,
    Trace,
    Allow,
    Log,
    Notify,
}
