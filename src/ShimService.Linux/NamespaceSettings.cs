using ShimService.Linux.Abi;

namespace ShimService.Linux;

/// <summary>What a <see cref="NamespaceHolder"/> is in.</summary>
public sealed record NamespaceSettings
{
    /// <summary>Made for it; any of Uts, Ipc, Network.</summary>
    public NamespaceFlags Made { get; init; }

    /// <summary>A network namespace that is there and is joined; empty = none.</summary>
    public string NetworkPath { get; init; } = "";

    /// <summary>Of a new UTS namespace; empty = as it is.</summary>
    public string Hostname { get; init; } = "";

    /// <summary>
    /// Kernel settings of its namespaces, by their dotted names. The caller has checked that they are.
    /// </summary>
    public IReadOnlyList<KeyValuePair<string, string>> Sysctls { get; init; } = [];
}
