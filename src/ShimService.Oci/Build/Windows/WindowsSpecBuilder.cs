using System.Buffers;
using System.Text.Json;

namespace ShimService.Oci.Build.Windows;

/// <summary>
/// The OCI spec of a container of Windows, as JSON: it is written here and run elsewhere. What a Docker daemon of
/// Windows would hand to its runtime; no defaults of Linux are in it. Errors: <see cref="SpecException"/>. Pure.
/// Source: OCI runtime-spec 1.3.0 config-windows.md.
/// </summary>
public static class WindowsSpecBuilder
{
    private const string DefaultCwd = "C:\\";

    private static readonly JsonWriterOptions Relaxed = new()
    {
        Indented = true,
        Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    /// <param name="config">What is wanted.</param>
    /// <param name="cpus">Processors of the host it is to run on.</param>
    /// <param name="readCredential">A file below its CredentialSpecs by relative path; null when there is none.</param>
    /// <param name="warnings">What was dropped is added here.</param>
    public static byte[] Build(
        WindowsConfig config, int cpus, Func<string, string?> readCredential, List<string> warnings)
    {
        Check(config);
        var resources = WindowsRules.Apply(config.Resources, config.Isolation, warnings);
        var credential = CredentialSpec.Find(config.SecurityOptions, readCredential);
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer, Relaxed))
        {
            json.WriteStartObject();
            json.WriteString("ociVersion", SpecBuilder.OciVersion);
            WriteProcess(json, config);
            WriteRoot(json, config);
            WriteText(json, "hostname", Hostname(config));
            WriteMounts(json, config);
            WriteMap(json, "annotations", config.Annotations);
            json.WriteStartObject("windows");
            WriteList(json, "layerFolders", config.LayerFolders);
            WriteDevices(json, config);
            WindowsResources.Write(json, resources, config.Isolation, cpus);
            WriteNetwork(json, config);
            WriteText(json, "credentialSpec", credential);
            json.WriteBoolean("ignoreFlushesDuringBoot", !config.HasBeenStarted);
            if (config.Isolation == WindowsIsolation.HyperV)
            {
                json.WriteStartObject("hyperv");
                json.WriteEndObject();
            }

            json.WriteEndObject();
            json.WriteEndObject();
        }

        return buffer.WrittenSpan.ToArray();
    }

    private static void Check(WindowsConfig config)
    {
        if (config.LayerFolders.Count < 2)
        {
            throw new SpecException("windows.layer_folders", "needs at least a base and a scratch layer");
        }

        if (config.Path.Length == 0 && config.Args.Count == 0)
        {
            throw new SpecException("config.args", "needs at least one entry");
        }

        var isVolume = config.RootPath.StartsWith(@"\\?\Volume{", StringComparison.OrdinalIgnoreCase)
            && config.RootPath.EndsWith(@"}\", StringComparison.Ordinal);
        if (config.Isolation == WindowsIsolation.Process ? !isVolume : config.RootPath.Length > 0)
        {
            throw new SpecException("windows.root_path", config.Isolation == WindowsIsolation.Process
                ? @"has to be a volume, \\?\Volume{GUID}\, with process isolation"
                : "must not be set with Hyper-V isolation: the root is the virtual machine's");
        }
    }

    private static void WriteProcess(Utf8JsonWriter json, WindowsConfig config)
    {
        string[] words = config.Path.Length > 0 ? [config.Path, .. config.Args] : [.. config.Args];
        json.WriteStartObject("process");
        if (config.Terminal)
        {
            json.WriteBoolean("terminal", true);
        }

        if (config is { Terminal: true, ConsoleSize: { } size })
        {
            json.WriteStartObject("consoleSize");
            json.WriteNumber("height", size.Height);
            json.WriteNumber("width", size.Width);
            json.WriteEndObject();
        }

        json.WriteStartObject("user");
        WriteText(json, "username", config.User);
        json.WriteEndObject();
        if (config.ArgsEscaped)
        {
            // The program as it is, the arguments escaped. Docker of 2016 had it the other way round.
            json.WriteString("commandLine", string.Join(
                ' ', words.Select((word, i) => i == 0 ? word : CommandLineWords.Escape(word))));
        }
        else
        {
            WriteList(json, "args", words);
        }

        WriteList(json, "env", config.Env);
        json.WriteString("cwd", config.Cwd.Length > 0 ? config.Cwd : DefaultCwd);
        json.WriteEndObject();
    }

    private static void WriteRoot(Utf8JsonWriter json, WindowsConfig config)
    {
        if (config.Isolation == WindowsIsolation.Process)
        {
            json.WriteStartObject("root");
            json.WriteString("path", config.RootPath);
            json.WriteEndObject();
        }
    }

    private static void WriteMounts(Utf8JsonWriter json, WindowsConfig config)
    {
        if (config.Mounts.Count == 0)
        {
            return;
        }

        WindowsMounts.Check(config.Mounts);
        json.WriteStartArray("mounts");
        foreach (var mount in config.Mounts)
        {
            json.WriteStartObject();
            json.WriteString("destination", mount.Destination);
            json.WriteString("source", mount.Source);
            if (mount.Options.Contains("ro"))
            {
                WriteList(json, "options", ["ro"]);
            }

            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static void WriteDevices(Utf8JsonWriter json, WindowsConfig config)
    {
        if (config.Devices.Count == 0)
        {
            return;
        }

        json.WriteStartArray("devices");
        for (var i = 0; i < config.Devices.Count; i++)
        {
            var device = WindowsDevice.Parse(config.Devices[i], $"windows.devices[{i}]");
            json.WriteStartObject();
            json.WriteString("id", device.Id);
            json.WriteString("idType", device.IdKind);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static void WriteNetwork(Utf8JsonWriter json, WindowsConfig config)
    {
        json.WriteStartObject("network");
        if (config.Endpoints.Count > 0)
        {
            WriteList(json, "endpointList", config.Endpoints);
        }

        if (config.AllowUnqualifiedDnsQuery)
        {
            json.WriteBoolean("allowUnqualifiedDNSQuery", true);
        }

        if (config.DnsSearch.Count > 0)
        {
            WriteList(json, "DNSSearchList", config.DnsSearch);
        }

        WriteText(json, "networkSharedContainerName", config.NetworkSharedContainer);
        json.WriteEndObject();
    }

    private static string Hostname(WindowsConfig config) => config.Domainname.Length > 0
        ? $"{config.Hostname}.{config.Domainname}"
        : config.Hostname;

    private static void WriteText(Utf8JsonWriter json, string name, string text)
    {
        if (text.Length > 0)
        {
            json.WriteString(name, text);
        }
    }

    private static void WriteList(Utf8JsonWriter json, string name, IReadOnlyList<string> list)
    {
        json.WriteStartArray(name);
        foreach (var entry in list)
        {
            json.WriteStringValue(entry);
        }

        json.WriteEndArray();
    }

    private static void WriteMap(Utf8JsonWriter json, string name, IReadOnlyDictionary<string, string> map)
    {
        if (map.Count == 0)
        {
            return;
        }

        json.WriteStartObject(name);
        foreach (var (key, value) in map)
        {
            json.WriteString(key, value);
        }

        json.WriteEndObject();
    }
}
