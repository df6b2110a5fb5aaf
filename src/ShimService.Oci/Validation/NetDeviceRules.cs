using System.Buffers;
using ShimService.Oci.Model;

namespace ShimService.Oci.Validation;

/// <summary>Rules for linux.netDevices.</summary>
internal static class NetDeviceRules
{
    /// <summary>IFNAMSIZ without its NUL.</summary>
    private const int LongestName = 15;

    private static readonly SearchValues<char> Forbidden = SearchValues.Create("/: \t\n\v\f\r\0");

    internal static void Check(LinuxSpec linux)
    {
        if (linux.NetDevices.Count == 0)
        {
            return;
        }

        if (linux.Namespace(LinuxNamespaceKind.Network) is null)
        {
            throw new SpecException("linux.netDevices",
                "needs \"network\" in linux.namespaces: in the host's own, an interface stays where it is");
        }

        var taken = new HashSet<string>(StringComparer.Ordinal);
        foreach (var device in linux.NetDevices)
        {
            var field = $"linux.netDevices[{device.Name}]";
            CheckName(device.Name, field);
            CheckName(device.InContainer, $"{field}.name");
            if (!taken.Add(device.InContainer))
            {
                throw new SpecException(
                    $"{field}.name", $"\"{device.InContainer}\" is another interface's name already");
            }
        }
    }

    // What the kernel takes for a name (dev_valid_name).
    private static void CheckName(string name, string field)
    {
        if (name.Contains('%'))
        {
            throw new SpecException(field,
                $"\"{name}\" leaves the name to the kernel, and nobody would know it; give one without %",
                SpecProblem.Unsupported);
        }

        var bytes = System.Text.Encoding.UTF8.GetByteCount(name);
        if (bytes is 0 or > LongestName || name is "." or ".." || name.AsSpan().ContainsAny(Forbidden))
        {
            throw new SpecException(field,
                $"\"{name}\" is no name of an interface: 1 to {LongestName} bytes without /, : and white space");
        }

        if (name == "lo")
        {
            throw new SpecException(field, "a loopback interface belongs to its network namespace for good");
        }
    }
}
