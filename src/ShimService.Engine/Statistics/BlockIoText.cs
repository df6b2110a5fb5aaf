using ShimService.Tasks.Stats;

namespace ShimService.Engine.Statistics;

/// <summary>Reads the counters of block devices.</summary>
internal static class BlockIoText
{
    /// <summary>
    /// v2's io.stat: "8:0 rbytes=1 wbytes=2 rios=3 wios=4 dbytes=0 dios=0". A device unused has no numbers.
    /// </summary>
    public static List<DeviceIoStats> ParseUnified(ReadOnlySpan<byte> text)
    {
        List<DeviceIoStats> devices = [];
        while (KeyedText.TakeLine(ref text, out ReadOnlySpan<byte> line))
        {
            if (KeyedText.TakeWord(ref line, out ReadOnlySpan<byte> name)
                && KeyedText.TryDevice(name, out ulong major, out ulong minor) && !line.IsEmpty)
            {
                devices.Add(new DeviceIoStats(major, minor, Value(line, "rbytes="u8), Value(line, "wbytes="u8),
                    Value(line, "rios="u8), Value(line, "wios="u8)));
            }
        }

        return devices;
    }

    /// <summary>
    /// v1's blkio.throttle.io_service_bytes_recursive and io_serviced_recursive: "8:0 Read 123", one line an operation.
    /// </summary>
    public static List<DeviceIoStats> ParseV1(ReadOnlySpan<byte> bytes, ReadOnlySpan<byte> operations)
    {
        List<DeviceIoStats> devices = [];
        AddV1(devices, bytes, static (device, read, value) =>
            read ? device with { ReadBytes = value } : device with { WriteBytes = value });
        AddV1(devices, operations, static (device, read, value) =>
            read ? device with { ReadOperations = value } : device with { WriteOperations = value });
        return devices;
    }

    private static void AddV1(
        List<DeviceIoStats> devices, ReadOnlySpan<byte> text, Func<DeviceIoStats, bool, ulong, DeviceIoStats> set)
    {
        while (KeyedText.TakeLine(ref text, out ReadOnlySpan<byte> line))
        {
            if (!KeyedText.TakeWord(ref line, out ReadOnlySpan<byte> name)
                || !KeyedText.TryDevice(name, out ulong major, out ulong minor)
                || !KeyedText.TakeWord(ref line, out ReadOnlySpan<byte> operation))
            {
                continue;
            }

            bool read = operation.SequenceEqual("Read"u8);
            if (!read && !operation.SequenceEqual("Write"u8))
            {
                continue;
            }

            int at = devices.FindIndex(device => device.Major == major && device.Minor == minor);
            if (at < 0)
            {
                at = devices.Count;
                devices.Add(new DeviceIoStats(major, minor, 0, 0, 0, 0));
            }

            devices[at] = set(devices[at], read, KeyedText.Number(line));
        }
    }

    private static ulong Value(ReadOnlySpan<byte> line, ReadOnlySpan<byte> key)
    {
        while (KeyedText.TakeWord(ref line, out ReadOnlySpan<byte> word))
        {
            if (word.StartsWith(key))
            {
                return KeyedText.Number(word[key.Length..]);
            }
        }

        return 0;
    }
}
