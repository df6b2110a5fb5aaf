namespace ShimService.Network;

/// <summary>An address and the names it goes by, each once.</summary>
public readonly record struct NamedAddress(string Address, IReadOnlyList<string> Names);
