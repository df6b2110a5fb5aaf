using System.CommandLine;
using System.Text.Json;
using ShimService.Cli.Arguments;

namespace ShimService.Cli.Direct;

/// <summary>
/// What update changes, as the JSON of linux.resources: only what was typed. Pure but for the file it is handed.
/// </summary>
internal static class UpdatedResources
{
    public static byte[] Of(UpdateOptions options, ParseResult parsed)
    {
        if ((parsed.GetValue(options.CacheSchema) ?? parsed.GetValue(options.BandwidthSchema)) is not null)
        {
            throw new CliException(
                "--l3-cache-schema and --mem-bw-schema are not supported: linux.intelRdt holds from create on",
                ExitStatus.RuncStyle);
        }

        if (parsed.GetValue(options.File) is { } file)
        {
            return Read(file);
        }

        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            json.WriteStartObject("memory");
            Amount(json, "limit", options.Memory, parsed);
            Amount(json, "reservation", options.MemoryReservation, parsed);
            Amount(json, "swap", options.MemorySwap, parsed);
            Amount(json, "kernelTCP", options.KernelMemoryTcp, parsed);
            json.WriteEndObject();
            json.WriteStartObject("cpu");
            Number(json, "shares", (decimal?)parsed.GetValue(options.CpuShares));
            Number(json, "quota", parsed.GetValue(options.CpuQuota));
            Number(json, "burst", (decimal?)parsed.GetValue(options.CpuBurst));
            Number(json, "period", (decimal?)parsed.GetValue(options.CpuPeriod));
            Number(json, "realtimeRuntime", parsed.GetValue(options.RealtimeRuntime));
            Number(json, "realtimePeriod", (decimal?)parsed.GetValue(options.RealtimePeriod));
            Number(json, "idle", parsed.GetValue(options.CpuIdle));
            Text(json, "cpus", parsed.GetValue(options.CpusetCpus));
            Text(json, "mems", parsed.GetValue(options.CpusetMems));
            json.WriteEndObject();
            if (parsed.GetValue(options.BlockIoWeight) is { } weight)
            {
                json.WriteStartObject("blockIO");
                json.WriteNumber("weight", weight);
                json.WriteEndObject();
            }

            if (parsed.GetValue(options.PidsLimit) is { } pids)
            {
                json.WriteStartObject("pids");
                json.WriteNumber("limit", pids);
                json.WriteEndObject();
            }

            json.WriteEndObject();
        }

        return buffer.ToArray();
    }

    private static byte[] Read(string file)
    {
        try
        {
            if (file != "-")
            {
                return File.ReadAllBytes(file);
            }

            using Stream input = Console.OpenStandardInput();
            using var all = new MemoryStream();
            input.CopyTo(all);
            return all.ToArray();
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new CliException($"--resources {file}: {error.Message}", ExitStatus.RuncStyle, error);
        }
    }

    private static void Amount(Utf8JsonWriter json, string name, Option<string?> option, ParseResult parsed)
    {
        if (parsed.GetValue(option) is { } text)
        {
            json.WriteNumber(name, Quantities.Bytes(text, option.Name, unlimited: true));
        }
    }

    private static void Number(Utf8JsonWriter json, string name, decimal? value)
    {
        if (value is { } number)
        {
            json.WriteNumber(name, number);
        }
    }

    private static void Text(Utf8JsonWriter json, string name, string? value)
    {
        if (value is not null)
        {
            json.WriteString(name, value);
        }
    }
}
