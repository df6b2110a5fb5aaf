using ShimService.Oci.Model;

namespace ShimService.Oci.Build.Profiles;

/// <summary>
/// A profile as Docker's users write it: the OCI form, and besides it archMap, and rules that depend on the machine,
/// the container's capabilities and the kernel. Source: github.com/moby/profiles, seccomp, of 2025.
/// </summary>
/// <param name="Filter">What holds everywhere; no rules.</param>
/// <param name="Architectures">The main architecture of a machine → those that run on it besides.</param>
/// <param name="Rules">In the order of the file.</param>
internal sealed record SeccompProfile(
    LinuxSeccomp Filter, IReadOnlyDictionary<string, IReadOnlyList<string>> Architectures, IReadOnlyList<ProfileRule> Rules)
{
    /// <summary>The filter of one container. Errors: <see cref="SpecException"/>.</summary>
    internal LinuxSeccomp For(ProfileTarget target)
    {
        var filter = Filter with
        {
            Architectures = Architectures.TryGetValue(target.SeccompName, out var others)
                ? [target.SeccompName, .. others]
                : Filter.Architectures,
            Syscalls =
            [
                .. Rules.Where(rule => !rule.Excludes.Excludes(target) && rule.Includes.Includes(target))
                    .Select(static rule => rule.Rule),
            ],
        };
        Validation.SeccompRules.Check(filter, "seccomp");
        return filter;
    }
}
