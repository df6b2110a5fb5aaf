namespace ShimService.Oci.Build;

/// <summary>A running container whose namespaces another one joins.</summary>
/// <param name="Pid">Its init process.</param>
/// <param name="SharedMemory">Host path of the /dev/shm it shares; null when it does not share its ipc.</param>
/// <param name="HasUserNamespace">A joiner has to live in the same user namespace.</param>
public sealed record DonorConfig(int Pid, string? SharedMemory, bool HasUserNamespace);
