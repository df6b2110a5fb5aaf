using ShimService.Oci.Model;

namespace ShimService.Oci.Validation;

/// <summary>Rules for hostname and domainname.</summary>
internal static class HostnameRules
{
    /// <summary>__NEW_UTS_LEN.</summary>
    private const int Longest = 64;

    internal static void Check(Spec spec)
    {
        CheckOne(spec, spec.Hostname, "hostname");
        CheckOne(spec, spec.Domainname, "domainname");
    }

    private static void CheckOne(Spec spec, string name, string field)
    {
        if (name.Length == 0)
        {
            return;
        }

        PathRules.CheckText(name, field);
        if (System.Text.Encoding.UTF8.GetByteCount(name) > Longest)
        {
            throw new SpecException(field, $"is longer than {Longest} bytes");
        }

        if (spec.Linux.Namespace(LinuxNamespaceKind.Uts) is null)
        {
            throw new SpecException(field, "would change the host's: add \"uts\" to linux.namespaces");
        }
    }
}
