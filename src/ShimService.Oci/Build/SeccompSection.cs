using System.Runtime.InteropServices;
using ShimService.Oci.Model;

namespace ShimService.Oci.Build;

/// <summary>
/// The system call filter: the default one, none, or the profile in a file, validated like any other part of a spec.
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
            ? LinuxSeccomp.Parse(content)
            : throw new SpecException(field, $"{seccomp} cannot be read");
    }
}
