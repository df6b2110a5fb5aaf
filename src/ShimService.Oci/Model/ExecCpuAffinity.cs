namespace ShimService.Oci.Model;

/// <summary>
/// The CPUs of an exec: lists such as "0-2,7"; empty = unset. Source: OCI runtime-spec 1.3.0 config.md#linux-process.
/// </summary>
/// <param name="Initial">Of what prepares the process, until it is in the container's cgroup.</param>
/// <param name="Final">From then on.</param>
public sealed record ExecCpuAffinity(string Initial, string Final);
