using ShimService.Oci.Model;

namespace ShimService.Oci.Parse;

/// <summary>Reads the linux object.</summary>
internal static class LinuxReader
{
    internal static LinuxSpec Read(ref JsonCursor json)
    {
        var value = new LinuxSpec();
        if (!json.BeginObject())
        {
            return value;
        }

        while (json.NextProperty())
        {
            if (json.Is("namespaces"u8))
            {
                value = value with { Namespaces = NamespaceReader.ReadList(ref json) };
            }
            else if (json.Is("uidMappings"u8))
            {
                value = value with { UidMappings = IdMappingReader.ReadList(ref json) };
            }
            else if (json.Is("gidMappings"u8))
            {
                value = value with { GidMappings = IdMappingReader.ReadList(ref json) };
            }
            else if (json.Is("netDevices"u8))
            {
                value = value with { NetDevices = NetDeviceReader.ReadMap(ref json) };
            }
            else if (json.Is("timeOffsets"u8))
            {
                value = value with { TimeOffsets = TimeOffsetReader.ReadMap(ref json) };
            }
            else if (json.Is("devices"u8))
            {
                value = value with { Devices = DeviceReader.ReadList(ref json) };
            }
            else if (json.Is("cgroupsPath"u8))
            {
                value = value with { CgroupsPath = json.Text() };
            }
            else if (json.Is("resources"u8))
            {
                value = value with { Resources = ResourcesReader.ReadOptional(ref json) };
            }
            else if (json.Is("seccomp"u8))
            {
                value = value with { Seccomp = SeccompReader.ReadOptional(ref json) };
            }
            else if (json.Is("maskedPaths"u8))
            {
                value = value with { MaskedPaths = json.TextArray() };
            }
            else if (json.Is("readonlyPaths"u8))
            {
                value = value with { ReadonlyPaths = json.TextArray() };
            }
            else if (json.Is("sysctl"u8))
            {
                value = value with { Sysctl = json.TextMap() };
            }
            else if (json.Is("mountLabel"u8))
            {
                value = value with { MountLabel = json.Text() };
            }
            else if (json.Is("rootfsPropagation"u8))
            {
                value = value with { RootfsPropagation = PropagationReader.Read(ref json) };
            }
            else if (json.Is("personality"u8))
            {
                value = value with { Personality = PriorityReader.ReadPersonality(ref json) };
            }
            else if (json.Is("intelRdt"u8))
            {
                value = value with { IntelRdt = IntelRdtReader.ReadOptional(ref json) };
            }
            else if (json.Is("memoryPolicy"u8))
            {
                value = value with { MemoryPolicy = MemoryPolicyReader.Read(ref json) };
            }
            else
            {
                json.Skip();
            }
        }

        return value;
    }
}
