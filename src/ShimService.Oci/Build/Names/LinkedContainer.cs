namespace ShimService.Oci.Build.Names;

/// <summary>A container that another one knows by an alias.</summary>
/// <param name="Alias">What it is called there.</param>
/// <param name="Name">Its own name.</param>
/// <param name="Hostname">Its hostname.</param>
/// <param name="Addresses">Where it is reached, the IPv4 ones first.</param>
public sealed record LinkedContainer(
    string Alias, string Name, string Hostname, IReadOnlyList<string> Addresses)
{
    /// <summary>Alias, hostname and name, each once.</summary>
    public IReadOnlyList<string> Names =>
        [.. ((string[])[Alias, Hostname, Name]).Where(name => name.Length > 0).Distinct()];
}
