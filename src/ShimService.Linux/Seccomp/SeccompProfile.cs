namespace ShimService.Linux.Seccomp;

/// <summary>
/// A filter as it is asked for. <see cref="Architectures"/> are those besides the machine's own, which is always in.
/// </summary>
public sealed record SeccompProfile(SeccompVerdict DefaultVerdict, IReadOnlyList<SeccompRule> Rules)
{
    public IReadOnlyList<SeccompArchitecture> Architectures { get; init; } = [];

    public SeccompFlags Flags { get; init; }
}
