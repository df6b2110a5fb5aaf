namespace ShimService.Oci.Build.Profiles;

/// <summary>On which machines, and for which containers, a rule of a profile is; what is empty says nothing.</summary>
/// <param name="Architectures">As Go names them: "amd64".</param>
/// <param name="Capabilities">With their prefix.</param>
/// <param name="MinimalKernel">Null = any.</param>
internal sealed record ProfileCondition(
    IReadOnlyList<string> Architectures, IReadOnlyList<string> Capabilities, Version? MinimalKernel)
{
    internal static ProfileCondition None { get; } = new([], [], null);

    /// <summary>As "includes": all of it has to hold.</summary>
    internal bool Includes(ProfileTarget target) =>
        (Architectures.Count == 0 || Architectures.Contains(target.Architecture))
        && Capabilities.All(target.Bounding.Contains)
        && (MinimalKernel is null || target.Kernel >= MinimalKernel);

    /// <summary>As "excludes": any of it is enough.</summary>
    internal bool Excludes(ProfileTarget target) =>
        Architectures.Contains(target.Architecture)
        || Capabilities.Any(target.Bounding.Contains)
        || (MinimalKernel is not null && target.Kernel >= MinimalKernel);
}
