using System.Runtime.InteropServices;
using ShimService.Oci.Build.Profiles;
using ShimService.Oci.Model;

namespace ShimService.Oci.Build;

/// <summary>
/// The system call filter: the default one, none, or the profile in a file, in the OCI form or Docker's.
/// </summary>
internal static class SeccompSection
{
    internal static LinuxSeccomp? Build(SecurityConfig security, LinuxCapabilities capabilities, IBuildHost host)
    {
        const string field = "config.security.seccomp";
        var seccomp = security.Seccomp;
        if (seccomp == "unconfined" || (security.Privileged && seccomp.Length == 0))
        {
            return null;
        }

        if (seccomp is "" or "default")
        {
            return DefaultSeccompProfile.Build(capabilities, RuntimeInformation.ProcessArchitecture);
        }

        if (!seccomp.StartsWith('/'))
        {
            throw new SpecException(
                field, $"\"{seccomp}\" must be default, unconfined or the absolute path of a profile");
        }

        return host.ReadFile(seccomp) is { } content
            ? ProfileReader.Read(content).For(new ProfileTarget(
                RuntimeInformation.ProcessArchitecture, capabilities.Bounding, host.Abilities.Kernel))
            : throw new SpecException(field, $"{seccomp} cannot be read");
    }
}
