using System.Text.Json;

namespace ShimService.Oci.Build.Windows;

/// <summary>windows.resources. Source: OCI runtime-spec 1.3.0 config-windows.md#resources.</summary>
internal static class WindowsResources
{
    private const long Billion = 1_000_000_000;

    // Of a CPU limit, "maximum" is hundredths of a percent of all processors.
    private const long PerPercent = 100;
    private const long All = 10_000;

    internal static void Write(Utf8JsonWriter json, ResourcesConfig config, WindowsIsolation isolation, int cpus)
    {
        var (count, maximum) = Limits(config, isolation, cpus);
        var hasCpu = count > 0 || maximum > 0 || config.CpuShares > 0;
        var hasStorage = config.IoMaximumBandwidth > 0 || config.IoMaximumOperations > 0;
        if (!hasCpu && !hasStorage && config.MemoryLimitBytes == 0)
        {
            return;
        }

        json.WriteStartObject("resources");
        if (config.MemoryLimitBytes > 0)
        {
            json.WriteStartObject("memory");
            json.WriteNumber("limit", config.MemoryLimitBytes);
            json.WriteEndObject();
        }

        if (hasCpu)
        {
            json.WriteStartObject("cpu");
            WriteNumber(json, "count", count);
            WriteNumber(json, "shares", config.CpuShares);
            WriteNumber(json, "maximum", maximum);
            json.WriteEndObject();
        }

        if (hasStorage)
        {
            json.WriteStartObject("storage");
            WriteNumber(json, "iops", (long)config.IoMaximumOperations);
            WriteNumber(json, "bps", (long)config.IoMaximumBandwidth);
            json.WriteEndObject();
        }

        json.WriteEndObject();
    }

    // A virtual machine gets whole processors and a part of them; a process gets a part of the host's.
    private static (long Count, long Maximum) Limits(ResourcesConfig config, WindowsIsolation isolation, int cpus)
    {
        if (config.NanoCpus <= 0)
        {
            return (config.CpuCount, config.CpuPercent * PerPercent);
        }

        if (isolation == WindowsIsolation.Process)
        {
            return (0, Math.Max(1, config.NanoCpus * All / Billion / cpus));
        }

        var count = (config.NanoCpus + Billion - 1) / Billion;
        return (count, config.NanoCpus % Billion == 0 ? 0 : config.NanoCpus * All / Billion / count);
    }

    private static void WriteNumber(Utf8JsonWriter json, string name, long number)
    {
        if (number > 0)
        {
            json.WriteNumber(name, number);
        }
    }
}
