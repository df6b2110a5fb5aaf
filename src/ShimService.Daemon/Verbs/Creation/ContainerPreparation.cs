using ShimService.Daemon.Volumes;

namespace ShimService.Daemon.Verbs.Creation;

/// <summary>What shimd makes on the disk for a container from a config, before the shim is asked.</summary>
internal sealed record ContainerPreparation
{
    /// <summary>The directory of the image, or its layers, the bottom one first.</summary>
    public required IReadOnlyList<string> Layers { get; init; }

    /// <summary>The container writes into a layer of its own on top.</summary>
    public required bool IsLayered { get; init; }

    public IReadOnlyList<PlannedVolume> Volumes { get; init; } = [];

    /// <summary>Sources of bind mounts that are made when missing.</summary>
    public IReadOnlyList<string> Sources { get; init; } = [];

    /// <summary>Bytes of the /dev/shm the container shares; null = it shares none.</summary>
    public long? SharedMemory { get; init; }

    /// <summary>Files of the task's directory by name.</summary>
    public IReadOnlyDictionary<string, byte[]> Files { get; init; } = new Dictionary<string, byte[]>();
}
