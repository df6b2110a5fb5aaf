using ShimService.Oci.Model;

namespace ShimService.Oci.Parse;

/// <summary>Reads linux.resources.network and linux.resources.rdma.</summary>
internal static class NetworkResourcesReader
{
    internal static LinuxNetworkResources? Read(ref JsonCursor json)
    {
        var value = new LinuxNetworkResources();
        if (!json.BeginObject())
        {
            return null;
        }

        while (json.NextProperty())
        {
            if (json.Is("classID"u8))
            {
                value = value with { ClassId = json.OptionalUInt32() };
            }
            else if (json.Is("priorities"u8))
            {
                value = value with { Priorities = ReadPriorities(ref json) };
            }
            else
            {
                json.Skip();
            }
        }

        return value;
    }

    internal static LinuxRdma[] ReadRdma(ref JsonCursor json)
    {
        var list = new List<LinuxRdma>();
        if (json.BeginObject())
        {
            while (json.NextProperty())
            {
                list.Add(ReadDevice(ref json, json.Name()));
            }
        }

        return [.. list];
    }

    private static LinuxRdma ReadDevice(ref JsonCursor json, string device)
    {
        var value = new LinuxRdma(device, null, null);
        if (json.BeginObject())
        {
            while (json.NextProperty())
            {
                if (json.Is("hcaHandles"u8))
                {
                    value = value with { HcaHandles = json.OptionalUInt32() };
                }
                else if (json.Is("hcaObjects"u8))
                {
                    value = value with { HcaObjects = json.OptionalUInt32() };
                }
                else
                {
                    json.Skip();
                }
            }
        }

        return value;
    }

    private static LinuxInterfacePriority[] ReadPriorities(ref JsonCursor json)
    {
        var list = new List<LinuxInterfacePriority>();
        if (json.BeginArray())
        {
            while (json.NextElement())
            {
                list.Add(ReadPriority(ref json));
            }
        }

        return [.. list];
    }

    private static LinuxInterfacePriority ReadPriority(ref JsonCursor json)
    {
        var name = "";
        uint? priority = null;
        if (json.BeginObject())
        {
            while (json.NextProperty())
            {
                if (json.Is("name"u8))
                {
                    name = json.Text();
                }
                else if (json.Is("priority"u8))
                {
                    priority = json.OptionalUInt32();
                }
                else
                {
                    json.Skip();
                }
            }
        }

        return priority is { } found ? new LinuxInterfacePriority(name, found) : throw json.Fault(
            "needs a name and a priority");
    }
}
