using ShimService.Oci.Model;

namespace ShimService.Oci.Parse;

/// <summary>Reads linux.resources.hugepageLimits.</summary>
internal static class HugepageReader
{
    internal static LinuxHugepageLimit[] ReadList(ref JsonCursor json)
    {
        var list = new List<LinuxHugepageLimit>();
        if (json.BeginArray())
        {
            while (json.NextElement())
            {
                list.Add(Read(ref json));
            }
        }

        return [.. list];
    }

    private static LinuxHugepageLimit Read(ref JsonCursor json)
    {
        var size = "";
        ulong? limit = null;
        if (json.BeginObject())
        {
            while (json.NextProperty())
            {
                if (json.Is("pageSize"u8))
                {
                    size = json.Text();
                }
                else if (json.Is("limit"u8))
                {
                    limit = json.OptionalUnsigned();
                }
                else
                {
                    json.Skip();
                }
            }
        }

        return size.Length > 0 && limit is { } bytes
            ? new LinuxHugepageLimit(size, bytes)
            : throw json.Fault("needs pageSize and limit");
    }
}
