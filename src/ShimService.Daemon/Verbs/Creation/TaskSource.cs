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

    public IReadOnlyDictionary<string, string> Labels { get; init; } = new Dictionary<string, string>();
}
