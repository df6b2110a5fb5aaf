using ShimService.Oci.Model;

namespace ShimService.Oci.Parse;

/// <summary>Reads linux.resources.blockIO.</summary>
internal static class BlockIoReader
{
    internal static LinuxBlockIo? Read(ref JsonCursor json)
    {
        var value = new LinuxBlockIo();
        if (!json.BeginObject())
        {
            return null;
        }

        while (json.NextProperty())
        {
            if (json.Is("weight"u8))
            {
                value = value with { Weight = Weight(ref json) };
            }
            else if (json.Is("leafWeight"u8))
            {
                value = value with { LeafWeight = Weight(ref json) };
            }
            else if (json.Is("weightDevice"u8))
            {
                value = value with { WeightDevices = ReadWeights(ref json) };
            }
            else if (json.Is("throttleReadBpsDevice"u8))
            {
                value = value with { ThrottleReadBps = ReadThrottles(ref json) };
            }
            else if (json.Is("throttleWriteBpsDevice"u8))
            {
                value = value with { ThrottleWriteBps = ReadThrottles(ref json) };
            }
            else if (json.Is("throttleReadIOPSDevice"u8))
            {
                value = value with { ThrottleReadIops = ReadThrottles(ref json) };
            }
            else if (json.Is("throttleWriteIOPSDevice"u8))
            {
                value = value with { ThrottleWriteIops = ReadThrottles(ref json) };
            }
            else
            {
                json.Skip();
            }
        }

        return value;
    }

    private static ushort? Weight(ref JsonCursor json) => (ushort?)json.OptionalUnsigned(ushort.MaxValue);

    private static LinuxWeightDevice[] ReadWeights(ref JsonCursor json)
    {
        var list = new List<LinuxWeightDevice>();
        if (json.BeginArray())
        {
            while (json.NextElement())
            {
                list.Add(ReadWeight(ref json));
            }
        }

        return [.. list];
    }

    private static LinuxWeightDevice ReadWeight(ref JsonCursor json)
    {
        var value = new LinuxWeightDevice();
        if (!json.BeginObject())
        {
            return value;
        }

        while (json.NextProperty())
        {
            if (json.Is("major"u8))
            {
                value = value with { Major = Number(ref json) };
            }
            else if (json.Is("minor"u8))
            {
                value = value with { Minor = Number(ref json) };
            }
            else if (json.Is("weight"u8))
            {
                value = value with { Weight = Weight(ref json) };
            }
            else if (json.Is("leafWeight"u8))
            {
                value = value with { LeafWeight = Weight(ref json) };
            }
            else
            {
                json.Skip();
            }
        }

        return value;
    }

    private static LinuxThrottleDevice[] ReadThrottles(ref JsonCursor json)
    {
        var list = new List<LinuxThrottleDevice>();
        if (json.BeginArray())
        {
            while (json.NextElement())
            {
                list.Add(ReadThrottle(ref json));
            }
        }

        return [.. list];
    }

    private static LinuxThrottleDevice ReadThrottle(ref JsonCursor json)
    {
        var value = new LinuxThrottleDevice();
        if (!json.BeginObject())
        {
            return value;
        }

        while (json.NextProperty())
        {
            if (json.Is("major"u8))
            {
                value = value with { Major = Number(ref json) };
            }
            else if (json.Is("minor"u8))
            {
                value = value with { Minor = Number(ref json) };
            }
            else if (json.Is("rate"u8))
            {
                value = value with { Rate = json.UInt64() };
            }
            else
            {
                json.Skip();
            }
        }

        return value;
    }

    private static long Number(ref JsonCursor json) => json.OptionalInteger(0, uint.MaxValue) ?? 0;
}
