using System.Text;
using ShimService.Tasks.Stats;

namespace ShimService.Engine.Statistics;

/// <summary>Takes the text of one kernel file into the counters. Pure.</summary>
internal static class CounterText
{
    /// <summary>One number, or "max".</summary>
    public static void AddNumber(CgroupCounters counters, string file, ReadOnlySpan<byte> text)
    {
        if (!text.IsEmpty)
        {
            counters.Set(file, text.StartsWith("max"u8) ? CgroupCounters.NoLimit : KeyedText.Number(text));
        }
    }

    /// <summary>Lines of "key number".</summary>
    public static void AddKeyed(CgroupCounters counters, string file, ReadOnlySpan<byte> text)
    {
        while (KeyedText.TakeLine(ref text, out ReadOnlySpan<byte> line))
        {
            if (KeyedText.TakeWord(ref line, out ReadOnlySpan<byte> key))
            {
                AddNumber(counters, $"{file} {Encoding.ASCII.GetString(key)}", line);
            }
        }
    }

    /// <summary>Numbers in a row, under their places.</summary>
    public static void AddRow(CgroupCounters counters, string file, ReadOnlySpan<byte> text)
    {
        int place = 0;
        ReadOnlySpan<byte> line = text.TrimEnd("\n "u8);
        while (KeyedText.TakeWord(ref line, out ReadOnlySpan<byte> word))
        {
            counters.Set($"{file} {place++}", KeyedText.Number(word));
        }
    }

    /// <summary>Lines of "8:0 key=number key=number", as v2 writes them, or of "8:0 Word number", as v1 does.</summary>
    public static void AddDevices(CgroupCounters counters, string file, ReadOnlySpan<byte> text)
    {
        while (KeyedText.TakeLine(ref text, out ReadOnlySpan<byte> line))
        {
            if (!KeyedText.TakeWord(ref line, out ReadOnlySpan<byte> name)
                || !KeyedText.TryDevice(name, out ulong major, out ulong minor))
            {
                continue;
            }

            while (KeyedText.TakeWord(ref line, out ReadOnlySpan<byte> word))
            {
                int equals = word.IndexOf((byte)'=');
                ReadOnlySpan<byte> key = equals < 0 ? word : word[..equals];
                ReadOnlySpan<byte> value = word[(equals + 1)..];
                if (equals < 0 && !KeyedText.TakeWord(ref line, out value))
                {
                    break;
                }

                counters.Add(new DeviceCounter(
                    file, major, minor, Encoding.ASCII.GetString(key), KeyedText.Number(value)));
            }
        }
    }
}
