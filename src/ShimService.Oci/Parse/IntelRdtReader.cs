using ShimService.Oci.Model;

namespace ShimService.Oci.Parse;

/// <summary>Reads linux.intelRdt. An object that asks for nothing is as none.</summary>
internal static class IntelRdtReader
{
    internal static LinuxIntelRdt? ReadOptional(ref JsonCursor json)
    {
        var value = new LinuxIntelRdt();
        if (!json.BeginObject())
        {
            return null;
        }

        while (json.NextProperty())
        {
            if (json.Is("closID"u8))
            {
                value = value with { ClosId = json.Text() };
            }
            else if (json.Is("l3CacheSchema"u8))
            {
                value = value with { L3CacheSchema = json.Text() };
            }
            else if (json.Is("memBwSchema"u8))
            {
                value = value with { MemBwSchema = json.Text() };
            }
            else if (json.Is("schemata"u8))
            {
                value = value with { Schemata = json.TextArray() };
            }
            else if (json.Is("enableMonitoring"u8))
            {
                value = value with { EnableMonitoring = json.Boolean() };
            }
            else
            {
                json.Skip();
            }
        }

        return value is { ClosId: "", L3CacheSchema: "", MemBwSchema: "", Schemata.Count: 0, EnableMonitoring: false }
            ? null
            : value;
    }
}
