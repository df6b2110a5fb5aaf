using ShimService.Oci.Model;

namespace ShimService.Oci.Parse;

/// <summary>Reads id mappings.</summary>
internal static class IdMappingReader
{
    internal static LinuxIdMapping[] ReadList(ref JsonCursor json)
    {
        var list = new List<LinuxIdMapping>();
        if (json.BeginArray())
        {
            while (json.NextElement())
            {
                list.Add(Read(ref json));
            }
        }

        return [.. list];
    }

    private static LinuxIdMapping Read(ref JsonCursor json)
    {
        var value = new LinuxIdMapping();
        if (!json.BeginObject())
        {
            return value;
        }

        while (json.NextProperty())
        {
            if (json.Is("containerID"u8))
            {
                value = value with { ContainerId = json.UInt32() };
            }
            else if (json.Is("hostID"u8))
            {
                value = value with { HostId = json.UInt32() };
            }
            else if (json.Is("size"u8))
            {
                value = value with { Size = json.UInt32() };
            }
            else
            {
                json.Skip();
            }
        }

        return value;
    }
}
