using System.Text.Json;
using System.Text.Json.Nodes;
using ShimService.Network.Errors;

namespace ShimService.Network.Cni;

/// <summary>
/// A network configuration list: which plugins, in which order, with which settings. Pure. Source: CNI specification
/// 1.0.0, sections 1 and 3.
/// </summary>
internal sealed class CniConfig
{
    private readonly string _name;
    private readonly string _version;
    private readonly bool _isCheckDisabled;

    private CniConfig(string name, string version, bool isCheckDisabled, IReadOnlyList<JsonObject> plugins) =>
        (_name, _version, _isCheckDisabled, Plugins) = (name, version, isCheckDisabled, plugins);

    public IReadOnlyList<JsonObject> Plugins { get; }

    /// <summary>Errors: TaskException InvalidArgument that says what is wrong with it.</summary>
    public static CniConfig Parse(string json)
    {
        const string field = "cni_config";
        JsonObject list;
        try
        {
            list = JsonNode.Parse(json) as JsonObject ?? throw NetworkErrors.Invalid(field, "is no JSON object");
        }
        catch (JsonException error)
        {
            throw NetworkErrors.Invalid(field, $"is not JSON: {error.Message}");
        }

        var name = Text(list["name"]);
        if (list["plugins"] is not JsonArray { Count: > 0 } plugins || name.Length == 0)
        {
            throw NetworkErrors.Invalid(field, "needs a name, and plugins with at least one entry");
        }

        var parsed = new List<JsonObject>();
        foreach (var plugin in plugins)
        {
            // The type becomes the name of a program in the plugins' directories, and nowhere else.
            var type = Text((plugin as JsonObject)?["type"]);
            if (type.Length == 0 || type.Contains('/', StringComparison.Ordinal) || type is "." or "..")
            {
                throw NetworkErrors.Invalid(field, $"plugins: \"{type}\" is no plugin's type");
            }

            parsed.Add((JsonObject)plugin!);
        }

        return new CniConfig(
            name,
            Text(list["cniVersion"]) is { Length: > 0 } version ? version : "0.4.0",
            list["disableCheck"] is JsonValue disabled && disabled.TryGetValue(out bool isDisabled) && isDisabled,
            parsed);
    }

    /// <summary>
    /// Errors: InvalidArgument for a list whose author does not want it, or whose version has no CHECK. Source: CNI
    /// specification 1.0.0, section 1, disableCheck; 0.4.0 brought it.
    /// </summary>
    public void RequireCheck()
    {
        if (_isCheckDisabled || _version.StartsWith("0.1", StringComparison.Ordinal)
            || _version.StartsWith("0.2", StringComparison.Ordinal) || _version.StartsWith("0.3", StringComparison.Ordinal))
        {
            throw NetworkErrors.Invalid("cni_config", _isCheckDisabled
                ? $"{_name} sets disableCheck: its plugins are not to be asked"
                : $"{_name} is of version {_version}, which has no CHECK: write 0.4.0 or newer");
        }
    }

    /// <summary>What one plugin reads: its settings, the list's name and version, and what the run adds.</summary>
    /// <param name="previous">What the plugin before it answered; empty for the first one of an ADD.</param>
    public string InputOf(JsonObject plugin, string previous, IReadOnlyList<PortRecord> ports)
    {
        var input = (JsonObject)plugin.DeepClone();
        input["name"] = _name;
        input["cniVersion"] = _version;
        if (previous.Length > 0)
        {
            input["prevResult"] = JsonNode.Parse(previous);
        }

        var capabilities = plugin["capabilities"] as JsonObject;
        input.Remove("capabilities");
        if (capabilities?["portMappings"] is JsonValue wanted && wanted.TryGetValue(out bool wants) && wants
            && ports.Count > 0)
        {
            var mappings = new JsonArray();
            foreach (var port in ports)
            {
                mappings.Add((JsonNode)new JsonObject
                {
                    ["hostPort"] = port.HostPort,
                    ["containerPort"] = port.ContainerPort,
                    ["protocol"] = port.Protocol,
                    ["hostIP"] = port.HostIp is "0.0.0.0" or "::" ? "" : port.HostIp,
                });
            }

            input["runtimeConfig"] = new JsonObject { ["portMappings"] = mappings };
        }

        return input.ToJsonString();
    }

    /// <summary>Whether a plugin of the list publishes ports.</summary>
    public bool PublishesPorts => Plugins.Any(static plugin =>
        (plugin["capabilities"] as JsonObject)?["portMappings"] is JsonValue value && value.TryGetValue(out bool on)
            && on);

    private static string Text(JsonNode? node) =>
        node is JsonValue value && value.TryGetValue(out string? text) ? text : "";
}
