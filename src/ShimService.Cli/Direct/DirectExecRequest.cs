using ShimService.Cli.Terminal;

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

    /// <summary>An OCI process as JSON; then nothing that changes a process is looked at.</summary>
    public byte[]? Process { get; init; }

    public string? ProcessLabel { get; init; }

    public string? Apparmor { get; init; }

    public bool NoNewPrivileges { get; init; }

    public string[] Capabilities { get; init; } = [];

    public bool Terminal { get; init; }

    /// <summary>Of our own terminal, where we stand between the two.</summary>
    public TerminalSize? Size { get; init; }

    public LaunchMode Mode { get; init; }

    public string? PidFile { get; init; }

    public string? ConsoleSocket { get; init; }

    /// <summary>Gets a pidfd of the process.</summary>
    public string? PidfdSocket { get; init; }

    public bool IgnorePaused { get; init; }

    /// <inheritdoc cref="LaunchRequest.PreserveFds"/>
    public int PreserveFds { get; init; }

    /// <summary>We stand between our terminal, or what we have instead, and the process's.</summary>
    public bool Relays => Terminal && Mode == LaunchMode.Attached;
}
