using System.Buffers;
using ShimService.Oci.Model;

namespace ShimService.Oci.Validation;

/// <summary>Rules for what goes into files of a cgroup as it is: unified, rdma, network.</summary>
internal static class ControllerFileRules
{
    private static readonly SearchValues<char> NotInDevice = SearchValues.Create(" \t\n\0=");
    private static readonly SearchValues<char> NotInInterface = SearchValues.Create(" \t\n\0/:");

    internal static void CheckUnified(IReadOnlyDictionary<string, string> unified, string field)
    {
        foreach (var (file, value) in unified)
        {
            var name = $"{field}[{file}]";
            PathRules.CheckText(file, name);
            PathRules.CheckText(value, name);
            if (file.Contains('/') || file.IndexOf('.', StringComparison.Ordinal) <= 0)
            {
                throw new SpecException(name, "is not the name of a file of cgroup v2 such as memory.high");
            }

            // Where the container's processes are, and whether they run, is not a limit.
            if (file is "cgroup.procs" or "cgroup.threads" or "cgroup.kill" or "cgroup.freeze" or "cgroup.type"
                or "cgroup.subtree_control")
            {
                throw new SpecException(name, "is the runtime's own to write");
            }
        }
    }

    internal static void CheckRdma(IReadOnlyList<LinuxRdma> devices, string field)
    {
        foreach (var rdma in devices)
        {
            if (rdma.Device.Length == 0 || rdma.Device.AsSpan().IndexOfAny(NotInDevice) >= 0)
            {
                throw new SpecException($"{field}[{rdma.Device}]", "is not the name of an RDMA device");
            }

            if (rdma is { HcaHandles: null, HcaObjects: null })
            {
                throw new SpecException($"{field}[{rdma.Device}]", "needs hcaHandles or hcaObjects");
            }
        }
    }

    internal static void CheckNetwork(LinuxNetworkResources network, string field)
    {
        for (var i = 0; i < network.Priorities.Count; i++)
        {
            // IFNAMSIZ, with its NUL.
            var name = network.Priorities[i].Name;
            if (name.Length is 0 or > 15 || name.AsSpan().IndexOfAny(NotInInterface) >= 0)
            {
                throw new SpecException($"{field}.priorities[{i}].name", $"\"{name}\" is not the name of an interface");
            }
        }
    }
}
