using ShimService.Oci.Model;

namespace ShimService.Oci.Parse;

/// <summary>Reads the mounts.</summary>
internal static class MountReader
{
    internal static MountSpec[] ReadList(ref JsonCursor json)
    {
        var list = new List<MountSpec>();
        if (json.BeginArray())
        {
            while (json.NextElement())
            {
                list.Add(Read(ref json));
            }
        }

        return [.. list];
    }

    internal static MountSpec Read(ref JsonCursor json)
    {
        var value = new MountSpec();
        if (!json.BeginObject())
        {
            return value;
        }

        while (json.NextProperty())
        {
            if (json.Is("destination"u8))
            {
                value = value with { Destination = json.Text() };
            }
            else if (json.Is("type"u8))
            {
                value = value with { Type = json.Text() };
            }
            else if (json.Is("source"u8))
            {
                value = value with { Source = json.Text() };
            }
            else if (json.Is("options"u8))
            {
                value = value with { Options = json.TextArray() };
            }
            else if (json.Is("uidMappings"u8))
            {
                value = value with { UidMappings = IdMappingReader.ReadList(ref json) };
            }
            else if (json.Is("gidMappings"u8))
            {
                value = value with { GidMappings = IdMappingReader.ReadList(ref json) };
            }
            else
            {
                json.Skip();
            }
        }

        return value;
    }
}
