using System.Text.Json;
using ShimService.Oci.Model;

namespace ShimService.Oci.Write;

/// <summary>Writes the linux object.</summary>
internal static class LinuxWriter
{
    internal static void Write(Utf8JsonWriter json, LinuxSpec linux)
    {
        json.WriteStartObject();
        WriteNamespaces(json, linux.Namespaces);
        WriteMappings(json, "uidMappings"u8, linux.UidMappings);
        WriteMappings(json, "gidMappings"u8, linux.GidMappings);
        WriteTimeOffsets(json, linux.TimeOffsets);
        WriteNetDevices(json, linux.NetDevices);
        WriteDevices(json, linux.Devices);
        json.WriteText("cgroupsPath"u8, linux.CgroupsPath);
        if (linux.Resources is { } resources)
        {
            json.WritePropertyName("resources"u8);
            ResourcesWriter.Write(json, resources);
        }

        json.WriteMap("sysctl"u8, linux.Sysctl);
        if (linux.Seccomp is { } seccomp)
        {
            json.WritePropertyName("seccomp"u8);
            SeccompWriter.Write(json, seccomp);
        }

        json.WriteText("mountLabel"u8, linux.MountLabel);
        json.WriteText("rootfsPropagation"u8, linux.RootfsPropagation switch
        {
            RootfsPropagation.Default => "",
            RootfsPropagation.Private => "private",
            RootfsPropagation.RecursivePrivate => "rprivate",
            RootfsPropagation.Slave => "slave",
            RootfsPropagation.RecursiveSlave => "rslave",
            RootfsPropagation.Shared => "shared",
            RootfsPropagation.RecursiveShared => "rshared",
            RootfsPropagation.Unbindable => "unbindable",
            RootfsPropagation.RecursiveUnbindable => "runbindable",
            _ => throw new ArgumentOutOfRangeException(nameof(linux)),
        });
        if (linux.Personality is { } personality)
        {
            json.WriteStartObject("personality"u8);
            json.WriteString("domain"u8, personality == PersonalityDomain.Linux32 ? "LINUX32" : "LINUX");
            json.WriteEndObject();
        }

        if (linux.IntelRdt is { } rdt)
        {
            json.WriteStartObject("intelRdt"u8);
            json.WriteText("closID"u8, rdt.ClosId);
            json.WriteText("l3CacheSchema"u8, rdt.L3CacheSchema);
            json.WriteText("memBwSchema"u8, rdt.MemBwSchema);
            json.WriteTexts("schemata"u8, rdt.Schemata);
            json.WriteTrue("enableMonitoring"u8, rdt.EnableMonitoring);
            json.WriteEndObject();
        }

        if (linux.MemoryPolicy is { } policy)
        {
            json.WriteStartObject("memoryPolicy"u8);
            json.WriteString("mode"u8, MemoryPolicyNames.Text(policy.Mode));
            json.WriteString("nodes"u8, policy.Nodes);
            json.WriteTexts("flags"u8, MemoryPolicyNames.Texts(policy.Flags));
            json.WriteEndObject();
        }

        json.WriteTexts("maskedPaths"u8, linux.MaskedPaths);
        json.WriteTexts("readonlyPaths"u8, linux.ReadonlyPaths);
        json.WriteEndObject();
    }

    private static void WriteNamespaces(Utf8JsonWriter json, IReadOnlyList<LinuxNamespace> namespaces)
    {
        if (namespaces.Count == 0)
        {
            return;
        }

        json.WriteStartArray("namespaces"u8);
        foreach (var entry in namespaces)
        {
            json.WriteStartObject();
            json.WriteString("type"u8, NamespaceNames.Text(entry.Kind));
            json.WriteText("path"u8, entry.Path);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    internal static void WriteMappings(
        Utf8JsonWriter json, ReadOnlySpan<byte> name, IReadOnlyList<LinuxIdMapping> mappings)
    {
        if (mappings.Count == 0)
        {
            return;
        }

        json.WriteStartArray(name);
        foreach (var mapping in mappings)
        {
            json.WriteStartObject();
            json.WriteNumber("containerID"u8, mapping.ContainerId);
            json.WriteNumber("hostID"u8, mapping.HostId);
            json.WriteNumber("size"u8, mapping.Size);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static void WriteNetDevices(Utf8JsonWriter json, IReadOnlyList<LinuxNetDevice> devices)
    {
        if (devices.Count == 0)
        {
            return;
        }

        json.WriteStartObject("netDevices"u8);
        foreach (var device in devices)
        {
            json.WriteStartObject(device.Name);
            json.WriteText("name"u8, device.NewName);
            json.WriteEndObject();
        }

        json.WriteEndObject();
    }

    private static void WriteTimeOffsets(Utf8JsonWriter json, IReadOnlyList<LinuxTimeOffset> offsets)
    {
        if (offsets.Count == 0)
        {
            return;
        }

        json.WriteStartObject("timeOffsets"u8);
        foreach (var offset in offsets)
        {
            json.WriteStartObject(offset.Clock);
            json.WriteNumber("secs"u8, offset.Seconds);
            json.WriteNumber("nanosecs"u8, offset.Nanoseconds);
            json.WriteEndObject();
        }

        json.WriteEndObject();
    }

    private static void WriteDevices(Utf8JsonWriter json, IReadOnlyList<LinuxDevice> devices)
    {
        if (devices.Count == 0)
        {
            return;
        }

        json.WriteStartArray("devices"u8);
        foreach (var device in devices)
        {
            json.WriteStartObject();
            json.WriteString("type"u8, device.Kind switch
            {
                DeviceKind.Character => "c",
                DeviceKind.Block => "b",
                DeviceKind.Fifo => "p",
                _ => throw new ArgumentOutOfRangeException(nameof(devices)),
            });
            json.WriteString("path"u8, device.Path);
            json.WriteNumber("major"u8, device.Major);
            json.WriteNumber("minor"u8, device.Minor);
            json.WriteOptional("fileMode"u8, (long?)device.FileMode);
            json.WriteNumber("uid"u8, device.Uid);
            json.WriteNumber("gid"u8, device.Gid);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }
}
