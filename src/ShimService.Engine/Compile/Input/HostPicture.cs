namespace ShimService.Engine.Compile.Input;

/// <summary>What compiling must know of the machine; gathered once in the life of a shim.</summary>
public sealed record HostPicture
{
    /// <summary>The number of the kernel's last capability (/proc/sys/kernel/cap_last_cap).</summary>
    public int LastCapability { get; init; }

    /// <summary>The shim's bounding and permitted sets, bit n for capability n: nothing more can be given.</summary>
    public ulong Bounding { get; init; }

    /// <inheritdoc cref="Bounding"/>
    public ulong Permitted { get; init; }

    public int OnlineCpus { get; init; }

    /// <summary>The shim runs on some of the CPUs only: what it launches would inherit that.</summary>
    public bool ShimIsConfined { get; init; }

    /// <summary>The running kernel's version: only for what cannot be tried.</summary>
    public Version Kernel { get; init; } = Environment.OSVersion.Version;

    /// <summary>
    /// What there is to give. Whoever enters a user namespace has everything there, what the shim lacks included: it
    /// has to be dropped like anything else.
    /// </summary>
    public HostPicture For(UserNamespaceKind kind)
    {
        var all = ulong.MaxValue >> (63 - LastCapability);
        return kind == UserNamespaceKind.Own ? this : this with { Bounding = all, Permitted = all };
    }

    /// <summary>Known for a spec that names a label.</summary>
    public SecurityModules Security { get; init; }

    /// <summary>The machine as the shim sees it.</summary>
    public required IPathView Paths { get; init; }
}
