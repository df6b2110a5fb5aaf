using System.Text;
using System.Text.Json;
using Google.Protobuf.WellKnownTypes;
using MetricsV1 = ShimService.Contracts.Containerd.Cgroups.V1.Metrics;
using MetricsV2 = ShimService.Contracts.Containerd.Cgroups.V2.Metrics;

namespace ShimService.Cli.Direct.Stats;

/// <summary>One line of events: type, id, and the measurements in runc's names. Pure. Source: runc 1.4 types.Event.</summary>
internal static class EventLine
{
    public static string OutOfMemory(string id) => Write("oom", id, null);

    /// <summary>From what the shim measures, whichever cgroups the host has.</summary>
    public static string Stats(string id, Any measured) => Write("stats", id, json =>
    {
        if (measured.TypeUrl.EndsWith("cgroups.v2.Metrics", StringComparison.Ordinal))
        {
            StatsOfV2.Write(json, MetricsV2.Parser.ParseFrom(measured.Value));
        }
        else
        {
            StatsOfV1.Write(json, MetricsV1.Parser.ParseFrom(measured.Value));
        }
    });

    private static string Write(string type, string id, Action<Utf8JsonWriter>? data)
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            json.WriteString("type", type);
            json.WriteString("id", id);
            if (data is not null)
            {
                json.WriteStartObject("data");
                data(json);
                json.WriteEndObject();
            }

            json.WriteEndObject();
        }

        return Encoding.UTF8.GetString(buffer.ToArray());
    }
}
