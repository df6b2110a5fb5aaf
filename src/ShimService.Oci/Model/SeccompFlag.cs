namespace ShimService.Oci.Model;

/// <summary>Flags of seccomp(2)'s filter mode.</summary>
public enum SeccompFlag
{
    Tsync,
    Log,
    SpecAllow,
    WaitKillableRecv,
}
