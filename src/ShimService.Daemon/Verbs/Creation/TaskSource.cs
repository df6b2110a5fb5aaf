using ShimService.Network;

namespace ShimService.Daemon.Verbs.Creation;

/// <summary>What a task is to be made from, checked as far as shimd checks it.</summary>
internal sealed record TaskSource
{
    /// <summary>The caller's bundle; null = the task's own directory, which gets <see cref="SpecJson"/>.</summary>
    public string? Bundle { get; init; }

    /// <summary>config.json.</summary>
    public required ReadOnlyMemory<byte> SpecJson { get; init; }

    public bool Terminal { get; init; }

    public bool OpenStdin { get; init; }

    /// <summary>What was dropped or is doubtful, for the caller.</summary>
    public IReadOnlyList<string> Warnings { get; init; } = [];

    /// <summary>The limits as they were asked for: what an update is held against. Null for a bundle.</summary>
    public Contracts.V1.Resources? Resources { get; init; }

    /// <summary>What the shim mounts as the rootfs of the bundle.</summary>
    public IReadOnlyList<Contracts.Containerd.Types.Mount> RootfsMounts { get; init; } = [];

    /// <summary>What shimd makes before the shim is asked; null for a bundle.</summary>
    public ContainerPreparation? Preparation { get; init; }

    /// <summary>What the container wants of networks; null = nothing.</summary>
    public NetworkingRequest? Networking { get; init; }

    public bool AutoRemove { get; init; }

    public int StopSignal { get; init; }

    public int? StopTimeoutSeconds { get; init; }

    public IReadOnlyDictionary<string, string> Labels { get; init; } = new Dictionary<string, string>();
}
