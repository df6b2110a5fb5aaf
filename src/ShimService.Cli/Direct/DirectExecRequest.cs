namespace ShimService.Cli.Direct;

/// <summary>What exec was asked for.</summary>
internal sealed record DirectExecRequest
{
    public required string Id { get; init; }

    public required string[] Args { get; init; }

    public string[] Env { get; init; } = [];

    public string? Cwd { get; init; }

    /// <summary>UID or UID:GID.</summary>
    public string? User { get; init; }

    public uint[] Groups { get; init; } = [];

    /// <summary>An OCI process as JSON; then nothing above but Id is looked at.</summary>
    public string? ProcessFile { get; init; }

    public string? ProcessLabel { get; init; }

    public string? Apparmor { get; init; }

    public bool NoNewPrivileges { get; init; }

    public string[] Capabilities { get; init; } = [];

    public bool Terminal { get; init; }

    public LaunchMode Mode { get; init; }

    public string? PidFile { get; init; }

    public string? ConsoleSocket { get; init; }

    /// <inheritdoc cref="LaunchRequest.PreserveFds"/>
    public int PreserveFds { get; init; }

    /// <summary>We stand between our terminal, or what we have instead, and the process's.</summary>
    public bool Relays => Terminal && Mode == LaunchMode.Attached;
}
