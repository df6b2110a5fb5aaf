namespace ShimService.Oci.Build.Names;

/// <summary>An address and the names it goes by, each once, the first one the most.</summary>
public readonly record struct HostsEntry(string Address, IReadOnlyList<string> Names);
