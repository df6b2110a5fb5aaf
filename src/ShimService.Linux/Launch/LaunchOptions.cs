using System.Runtime.InteropServices;

namespace ShimService.Linux.Launch;

/// <summary>
/// What a launch needs beside its plan, all at once: what the child is born with, its streams and the plan's
/// descriptors. The handles stay the caller's, who keeps them open until <see cref="Launcher.LaunchAsync"/> has
/// completed.
/// </summary>
public sealed class LaunchOptions : LaunchStart
{
    /// <summary>null = /dev/null.</summary>
    public SafeHandle? Stdin { get; init; }

    /// <inheritdoc cref="Stdin"/>
    public SafeHandle? Stdout { get; init; }

    /// <inheritdoc cref="Stdin"/>
    public SafeHandle? Stderr { get; init; }

    /// <summary>For the plan's descriptor names, in their order.</summary>
    public IReadOnlyList<SafeHandle> Descriptors { get; init; } = [];
}
