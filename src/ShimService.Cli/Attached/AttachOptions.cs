namespace ShimService.Cli.Attached;

/// <summary>How to attach.</summary>
internal sealed record AttachOptions
{
    /// <summary>Our stdin goes to the process.</summary>
    public bool Stdin { get; init; }

    /// <summary>The process has a terminal: ours becomes raw, and ctrl-p ctrl-q leaves it running.</summary>
    public bool Terminal { get; init; }

    /// <summary>First what it has already written.</summary>
    public bool WithLog { get; init; }
}
