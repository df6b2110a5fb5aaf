using ShimService.Oci.Model;

namespace ShimService.Oci.Build;

/// <summary>A running container whose namespaces another one joins.</summary>
/// <param name="Pid">Its init process.</param>
/// <param name="SharedMemory">Host path of the /dev/shm it shares; null when it does not share its ipc.</param>
/// <param name="HasUserNamespace">A joiner has to live in the same user namespace.</param>
public sealed record DonorConfig(int Pid, string? SharedMemory, bool HasUserNamespace)
{
    /// <summary>Its hostname, where it has one of its own that is known; who joins its network has the same.</summary>
    public string Hostname { get; init; } = "";

    /// <summary>Its hosts, hostname and resolv.conf, by their place in the container, as files of the host.</summary>
    public IReadOnlyDictionary<string, string> Files { get; init; } = EmptyMap.Instance;
}
