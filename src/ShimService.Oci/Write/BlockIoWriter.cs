using System.Text.Json;
using ShimService.Oci.Model;

namespace ShimService.Oci.Write;

/// <summary>Writes resources.blockIO.</summary>
internal static class BlockIoWriter
{
    internal static void Write(Utf8JsonWriter json, LinuxBlockIo blockIo)
    {
        json.WriteStartObject();
        json.WriteOptional("weight"u8, (long?)blockIo.Weight);
        json.WriteOptional("leafWeight"u8, (long?)blockIo.LeafWeight);
        if (blockIo.WeightDevices.Count > 0)
        {
            json.WriteStartArray("weightDevice"u8);
            foreach (var device in blockIo.WeightDevices)
            {
                json.WriteStartObject();
                json.WriteNumber("major"u8, device.Major);
                json.WriteNumber("minor"u8, device.Minor);
                json.WriteOptional("weight"u8, (long?)device.Weight);
                json.WriteOptional("leafWeight"u8, (long?)device.LeafWeight);
                json.WriteEndObject();
            }

            json.WriteEndArray();
        }

        WriteThrottles(json, "throttleReadBpsDevice"u8, blockIo.ThrottleReadBps);
        WriteThrottles(json, "throttleWriteBpsDevice"u8, blockIo.ThrottleWriteBps);
        WriteThrottles(json, "throttleReadIOPSDevice"u8, blockIo.ThrottleReadIops);
        WriteThrottles(json, "throttleWriteIOPSDevice"u8, blockIo.ThrottleWriteIops);
        json.WriteEndObject();
    }

    private static void WriteThrottles(
        Utf8JsonWriter json, ReadOnlySpan<byte> name, IReadOnlyList<LinuxThrottleDevice> devices)
    {
        if (devices.Count == 0)
        {
            return;
        }

        json.WriteStartArray(name);
        foreach (var device in devices)
        {
            json.WriteStartObject();
            json.WriteNumber("major"u8, device.Major);
            json.WriteNumber("minor"u8, device.Minor);
            json.WriteNumber("rate"u8, device.Rate);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }
}
