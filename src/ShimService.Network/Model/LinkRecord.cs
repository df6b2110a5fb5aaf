namespace ShimService.Network;

/// <summary>A link that leads somewhere: the other container, and where it is reached.</summary>
public sealed record LinkRecord(string Alias, string Address, ContainerRecord Other);
