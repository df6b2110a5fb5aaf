using System.Text.Json;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;

namespace ShimService.Cli.Direct;

/// <summary>
/// The OCI process of an exec: the container's own from its config.json with what the caller changed, as runc has it.
/// </summary>
internal static class ExecProcess
{
    private const string TypeUrl = "types.containerd.io/opencontainers/runtime-spec/1/Process";

    private static readonly string[] OwnProperties =
    [
        "terminal", "consoleSize", "user", "args", "env", "cwd", "capabilities", "selinuxLabel", "apparmorProfile",
        "noNewPrivileges",
    ];

    /// <exception cref="CliException">There is no process to start from.</exception>
    public static Any Of(DirectExecRequest request, DirectState state)
    {
        if (request.Process is { } given)
        {
            return new Any { TypeUrl = TypeUrl, Value = ByteString.CopyFrom(given) };
        }

        string file = state.Config(request.Id);
        using JsonDocument config = BundleFile.Parse(File.ReadAllBytes(file), file);
        return config.RootElement.TryGetProperty("process", out JsonElement process)
            ? Of(request, process)
            : throw new CliException(
                "the container's config.json has no process an exec could start from", ExitStatus.RuncStyle);
    }

    /// <summary>The same from the container's process. Pure.</summary>
    public static Any Of(DirectExecRequest request, JsonElement process)
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            json.WriteBoolean("terminal", request.Terminal);
            if (request is { Relays: true, Size: { } size })
            {
                json.WriteStartObject("consoleSize");
                json.WriteNumber("height", size.Height);
                json.WriteNumber("width", size.Width);
                json.WriteEndObject();
            }

            ExecUser.Write(json, request, process);
            json.WriteStartArray("args");
            foreach (string word in request.Args)
            {
                json.WriteStringValue(word);
            }

            json.WriteEndArray();
            WriteEnv(json, request.Env, process);
            ExecCapabilities.Write(json, request.Capabilities, process);
            WriteText(json, "cwd", request.Cwd, process);
            WriteText(json, "selinuxLabel", request.ProcessLabel, process);
            WriteText(json, "apparmorProfile", request.Apparmor, process);
            json.WriteBoolean("noNewPrivileges", request.NoNewPrivileges || IsTrue(process, "noNewPrivileges"));
            foreach (JsonProperty inherited in process.EnumerateObject())
            {
                if (!OwnProperties.Contains(inherited.Name))
                {
                    inherited.WriteTo(json);
                }
            }

            json.WriteEndObject();
        }

        return new Any { TypeUrl = TypeUrl, Value = ByteString.CopyFrom(buffer.ToArray()) };
    }

    private static bool IsTrue(JsonElement element, string name) =>
        element.ValueKind == JsonValueKind.Object
        && element.TryGetProperty(name, out JsonElement value)
        && value.ValueKind == JsonValueKind.True;

    private static void WriteText(Utf8JsonWriter json, string name, string? value, JsonElement process)
    {
        if (value is not null)
        {
            json.WriteString(name, value);
        }
        else if (process.TryGetProperty(name, out JsonElement inherited))
        {
            json.WritePropertyName(name);
            inherited.WriteTo(json);
        }
    }

    private static void WriteEnv(Utf8JsonWriter json, string[] changes, JsonElement process)
    {
        static string NameOf(string variable) => variable.Split('=', 2)[0];

        json.WriteStartArray("env");
        if (process.TryGetProperty("env", out JsonElement inherited) && inherited.ValueKind == JsonValueKind.Array)
        {
            foreach (JsonElement variable in inherited.EnumerateArray())
            {
                string text = variable.GetString() ?? "";
                if (!changes.Any(change => NameOf(change) == NameOf(text)))
                {
                    json.WriteStringValue(text);
                }
            }
        }

        foreach (string change in changes)
        {
            json.WriteStringValue(change);
        }

        json.WriteEndArray();
    }
}
