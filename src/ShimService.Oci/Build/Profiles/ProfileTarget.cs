using System.Runtime.InteropServices;

namespace ShimService.Oci.Build.Profiles;

/// <summary>What the conditions of a profile ask about.</summary>
/// <param name="Machine">The kernel's.</param>
/// <param name="Bounding">The container's bounding set.</param>
/// <param name="Kernel">Major and minor.</param>
internal sealed record ProfileTarget(Architecture Machine, IReadOnlyList<string> Bounding, Version Kernel)
{
    /// <summary>As Go names it.</summary>
    internal string Architecture => Machine switch
    {
        System.Runtime.InteropServices.Architecture.X64 => "amd64",
        System.Runtime.InteropServices.Architecture.Arm64 => "arm64",
        var other => other.ToString().ToLowerInvariant(),
    };

    /// <summary>As libseccomp names it.</summary>
    internal string SeccompName => Machine switch
    {
        System.Runtime.InteropServices.Architecture.X64 => "SCMP_ARCH_X86_64",
        System.Runtime.InteropServices.Architecture.Arm64 => "SCMP_ARCH_AARCH64",
        var other => "SCMP_ARCH_" + other.ToString().ToUpperInvariant(),
    };
}
