using ShimService.Oci.Model;

namespace ShimService.Oci.Parse;

/// <summary>Reads linux.netDevices: a map from an interface's name on the host to what it becomes.</summary>
internal static class NetDeviceReader
{
    internal static LinuxNetDevice[] ReadMap(ref JsonCursor json)
    {
        var list = new List<LinuxNetDevice>();
        if (json.BeginObject())
        {
            while (json.NextProperty())
            {
                var name = json.Name();
                list.RemoveAll(earlier => earlier.Name == name);
                list.Add(Read(ref json, name));
            }
        }

        return [.. list];
    }

    private static LinuxNetDevice Read(ref JsonCursor json, string name)
    {
        var value = new LinuxNetDevice(name);
        if (json.BeginObject())
        {
            while (json.NextProperty())
            {
                if (json.Is("name"u8))
                {
                    value = value with { NewName = json.Text() };
                }
                else
                {
                    json.Skip();
                }
            }
        }

        return value;
    }
}
