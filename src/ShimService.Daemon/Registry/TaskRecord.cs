namespace ShimService.Daemon.Registry;

/// <summary>
/// What shimd notes about a task before it asks a shim to make it, in task.json of the task's directory. The truth
/// about the task is the shim's; this says where to look, and what the shim does not know.
/// </summary>
internal sealed record TaskRecord
{
    public int Version { get; init; } = 1;

    public required string Id { get; init; }

    /// <summary>The name of the shim's directory.</summary>
    public required string Shim { get; init; }

    /// <summary>The group's key.</summary>
    public required string Group { get; init; }

    public required string Bundle { get; init; }

    public bool Terminal { get; init; }

    public bool OpenStdin { get; init; }

    /// <summary>What Stop sends; 0 = SIGTERM.</summary>
    public int StopSignal { get; init; }

    /// <summary>How long Stop waits; null = the default, −1 = for ever.</summary>
    public int? StopTimeoutSeconds { get; init; }

    /// <summary>The task goes with the exit of its init process.</summary>
    public bool AutoRemove { get; init; }

    /// <summary>The named volumes it has.</summary>
    public IReadOnlyList<string> Volumes { get; init; } = [];

    public DateTimeOffset CreatedAt { get; init; }

    public IReadOnlyDictionary<string, string> Labels { get; init; } = new Dictionary<string, string>();
}
