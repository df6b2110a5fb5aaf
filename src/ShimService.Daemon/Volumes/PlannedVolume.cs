namespace ShimService.Daemon.Volumes;

/// <summary>A volume a container is about to get.</summary>
/// <param name="Name">Empty for one that goes with the container.</param>
/// <param name="Path">Where its content is on the host.</param>
/// <param name="Destination">Where it is in the container.</param>
/// <param name="NoCopy">Leave it empty when it is.</param>
/// <param name="Field">What to blame in the config.</param>
internal sealed record PlannedVolume(string Name, string Path, string Destination, bool NoCopy, string Field)
{
    public bool IsOwn => Name.Length == 0;

    /// <summary>The place inside it that is mounted; empty = its root.</summary>
    public string Subpath { get; init; } = "";

    /// <summary>
    /// Where that place is mounted on the host, for the container to be given: what the volume's users have put on the
    /// way there is looked at once, and no link of theirs leads out.
    /// </summary>
    public string SubpathMount { get; init; } = "";
}
