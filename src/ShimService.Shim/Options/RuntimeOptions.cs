using ShimService.Tasks.Ports;
using ShimService.Tasks.Values;

namespace ShimService.Shim.Options;

/// <summary>
/// What the caller may set per runtime or per container, whichever message it came in. The README's table says what
/// each does here.
/// </summary>
internal sealed record RuntimeOptions
{
    public static RuntimeOptions None { get; } = new();

    /// <summary>Containers that name the same group share a shim. Annotations of the container come first.</summary>
    public string Group { get; init; } = "";

    /// <summary>A cgroup that exists, for the shim itself; empty = the caller's.</summary>
    public string ShimCgroup { get; init; } = "";

    /// <summary>2 or 3: what start says the shim speaks, where containerd does not ask for one dialect.</summary>
    public uint BootstrapVersion { get; init; } = 2;

    public bool NoPivotRoot { get; init; }

    public bool NoNewKeyring { get; init; }

    /// <summary>Owner of the container's stdio pipes, as the host numbers users; 0 = the user of the process.</summary>
    public uint IoUid { get; init; }

    /// <inheritdoc cref="IoUid"/>
    public uint IoGid { get; init; }

    /// <summary>What becomes of output whose reader is away or slow.</summary>
    public WhenFull WhenFull { get; init; }

    public bool SystemdCgroup { get; init; }

    /// <summary>What makes the container; only shimd asks for another than ours.</summary>
    public EngineName Engine { get; init; }

    /// <summary>An OCI runtime to use, which this shim never does.</summary>
    public string BinaryName { get; init; } = "";
}
