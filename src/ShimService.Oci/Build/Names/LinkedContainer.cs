namespace ShimService.Oci.Build.Names;

/// <summary>A container that another one knows by an alias: what its variables are made from.</summary>
/// <param name="Owner">The container that has the link.</param>
/// <param name="Alias">What the other is called there.</param>
/// <param name="Address">Where it is reached.</param>
/// <param name="Ports">What it exposes or publishes.</param>
/// <param name="Env">Its own variables, as its config named them.</param>
public sealed record LinkedContainer(
    string Owner, string Alias, string Address, IReadOnlyList<LinkedPort> Ports, IReadOnlyList<string> Env);
