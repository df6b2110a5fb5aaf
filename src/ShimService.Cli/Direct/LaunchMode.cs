namespace ShimService.Cli.Direct;

/// <summary>Whether we stay with the process we start.</summary>
internal enum LaunchMode
{
    /// <summary>It runs on without us: its terminal needs somebody else.</summary>
    Detached,

    /// <summary>Its streams, signals and exit status are ours.</summary>
    Attached,
}
