using ShimService.Contracts.Containerd.Runc.V1;

namespace ShimService.Cli.Direct;

/// <summary>What create or run was asked for.</summary>
internal sealed record LaunchRequest
{
    public required string Id { get; init; }

    /// <summary>Absolute.</summary>
    public required string Bundle { get; init; }

    /// <summary>Its config.json.</summary>
    public required byte[] Config { get; init; }

    public bool Terminal { get; init; }

    public LaunchMode Mode { get; init; }

    public string? ConsoleSocket { get; init; }

    public string? PidFile { get; init; }

    /// <summary>Gets a pidfd of the init process.</summary>
    public string? PidfdSocket { get; init; }

    /// <summary>How many of our descriptors from 3 on its process has as well.</summary>
    public int PreserveFds { get; init; }

    public required Options Options { get; init; }

    /// <summary>We stand between our terminal, or what we have instead, and the container's.</summary>
    public bool Relays => Terminal && Mode == LaunchMode.Attached;
}
