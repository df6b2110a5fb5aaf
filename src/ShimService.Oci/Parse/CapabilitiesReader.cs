using ShimService.Oci.Model;

namespace ShimService.Oci.Parse;

/// <summary>Reads process.capabilities.</summary>
internal static class CapabilitiesReader
{
    internal static LinuxCapabilities? Read(ref JsonCursor json)
    {
        var value = new LinuxCapabilities();
        if (!json.BeginObject())
        {
            return null;
        }

        while (json.NextProperty())
        {
            if (json.Is("bounding"u8))
            {
                value = value with { Bounding = json.TextArray() };
            }
            else if (json.Is("effective"u8))
            {
                value = value with { Effective = json.TextArray() };
            }
            else if (json.Is("permitted"u8))
            {
                value = value with { Permitted = json.TextArray() };
            }
            else if (json.Is("inheritable"u8))
            {
                value = value with { Inheritable = json.TextArray() };
            }
            else if (json.Is("ambient"u8))
            {
                value = value with { Ambient = json.TextArray() };
            }
            else
            {
                json.Skip();
            }
        }

        return value;
    }
}
