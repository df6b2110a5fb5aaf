using System.Text.Json;

namespace ShimService.Cli.Direct.Stats;

/// <summary>What the two generations of cgroups have alike. Pure.</summary>
internal static class StatsParts
{
    public static void WritePids(Utf8JsonWriter json, ulong current, ulong limit)
    {
        json.WriteStartObject("pids");
        json.WriteNumber("current", current);
        json.WriteNumber("limit", limit);
        json.WriteEndObject();
    }

    public static void WriteThrottling(Utf8JsonWriter json, ulong periods, ulong throttled, ulong nanoseconds)
    {
        json.WriteStartObject("throttling");
        json.WriteNumber("periods", periods);
        json.WriteNumber("throttledPeriods", throttled);
        json.WriteNumber("throttledTime", nanoseconds);
        json.WriteEndObject();
    }

    public static void WriteEntry(
        Utf8JsonWriter json, string name, ulong? limit, ulong usage, ulong max, ulong failures)
    {
        json.WriteStartObject(name);
        if (limit is { } most)
        {
            json.WriteNumber("limit", most);
        }

        json.WriteNumber("usage", usage);
        json.WriteNumber("max", max);
        json.WriteNumber("failcnt", failures);
        json.WriteEndObject();
    }

    public static void WriteBlockEntry(Utf8JsonWriter json, ulong major, ulong minor, string operation, ulong value)
    {
        json.WriteStartObject();
        json.WriteNumber("major", major);
        json.WriteNumber("minor", minor);
        json.WriteString("op", operation);
        json.WriteNumber("value", value);
        json.WriteEndObject();
    }

    /// <param name="received">Bytes, packets, errors, dropped.</param>
    /// <param name="sent">The same.</param>
    public static void WriteInterface(
        Utf8JsonWriter json, string name, ReadOnlySpan<ulong> received, ReadOnlySpan<ulong> sent)
    {
        json.WriteStartObject();
        json.WriteString("Name", name);
        Write(json, "Rx", received);
        Write(json, "Tx", sent);
        json.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter json, string direction, ReadOnlySpan<ulong> counters)
    {
        ReadOnlySpan<string> names = ["Bytes", "Packets", "Errors", "Dropped"];
        for (int i = 0; i < names.Length; i++)
        {
            json.WriteNumber(direction + names[i], counters[i]);
        }
    }
}
