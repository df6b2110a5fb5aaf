using System.Runtime.InteropServices;

namespace ShimService.Linux.Launch;

/// <summary>
/// An ordinary program of the host, to be run outside any container: the shim's daemon, a hook, a logger.
/// </summary>
/// <param name="Path">Absolute.</param>
/// <param name="Args">args[0] included.</param>
/// <param name="Env">NAME=value; nothing is inherited.</param>
public sealed record HostProgram(string Path, IReadOnlyList<string> Args, IReadOnlyList<string> Env)
{
    /// <summary>null = the launching process's.</summary>
    public string? WorkingDirectory { get; init; }

    /// <summary>null = /dev/null. The handles stay the caller's.</summary>
    public SafeHandle? Stdin { get; init; }

    /// <inheritdoc cref="Stdin"/>
    public SafeHandle? Stdout { get; init; }

    /// <inheritdoc cref="Stdin"/>
    public SafeHandle? Stderr { get; init; }

    /// <summary>At 3, 4, … in the program, open across execve.</summary>
    public IReadOnlyList<SafeHandle> Descriptors { get; init; } = [];

    public HostSession Session { get; init; }

    /// <summary>Whether it outlives the launcher; its own children are its own affair.</summary>
    public ParentDeath ParentDeath { get; init; }

    /// <summary>Executed in place of <see cref="Path"/>, which then only names it. Stays the caller's.</summary>
    public ReadOnlyProgram? Image { get; init; }
}
